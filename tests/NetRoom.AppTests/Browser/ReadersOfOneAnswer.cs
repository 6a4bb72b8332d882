using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class ReadersOfOneAnswer(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task A_reload_a_second_tab_and_a_second_browser_end_with_the_same_text() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var first = visit.Tab;
                await visit.SignUpAsync();
                var other = await visit.SecondBrowserAsync();
                var second = await visit.NewTabAsync();
                await first.AskAsync("pace 300 x 25ms", "sandbox-pace");
                await first.StreamsAsync();
                await visit.Page.ReloadAsync();
                await first.StreamsAsync();
                var address = new Uri(visit.Page.Url).AbsolutePath;
                await second.GoAsync(address);
                await other.GoAsync(address);
                await second.StreamsAsync();
                await other.StreamsAsync();

                foreach (var tab in (Tab[])[first, second, other])
                {
                    await tab.FinishedAsync();
                    await tab.StateIsAsync("completed");
                    Words(await tab.TextAsync()).ShouldBe(300);
                    await Expect(tab.Page.Locator("article")).ToHaveCountAsync(2);
                }

                (await second.TextAsync()).ShouldBe(await first.TextAsync());
                (await other.TextAsync()).ShouldBe(await first.TextAsync());
            }
        );

    [Fact]
    public Task A_lost_connection_is_taken_up_where_it_broke() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                visit.Expect("ERR_INTERNET_DISCONNECTED");
                await visit.SignUpAsync();
                await tab.AskAsync("pace 400 x 25ms", "sandbox-pace");
                await tab.StreamsAsync();

                await visit.Profile.SetOfflineAsync(true);
                await Expect(visit.Page.Locator(".toast")).ToContainTextAsync("You are offline");
                var broken = await tab.TextAsync();
                await tab.Box.FillAsync("typed in a tunnel");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                await visit.Profile.SetOfflineAsync(false);

                await Eventually.TrueAsync(
                    async () => (await tab.TextAsync()).Length > broken.Length + 100,
                    "more of the answer after the connection was back"
                );
                var later = await tab.TextAsync();
                await Expect(visit.Page.Locator("answer-stream [data-block]")).ToHaveCountAsync(1);
                await tab.FinishedAsync();
                await tab.StateIsAsync("completed");
                var whole = await tab.TextAsync();
                whole.ShouldStartWith(later);
                later.ShouldStartWith(broken);
                Words(whole).ShouldBe(400);
                await Expect(tab.Box).ToHaveValueAsync("typed in a tunnel");
            }
        );

    private static int Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
