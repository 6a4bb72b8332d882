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
                var first = visit.Screen;
                await visit.SignUpAsync();
                await first.AskAsync("pace 160 x 25ms", "sandbox-pace");
                await first.StreamsAsync();
                await visit.Page.ReloadAsync();
                await first.StreamsAsync();
                var address = new Uri(visit.Page.Url).AbsolutePath;
                var tab = await visit.NewTabAsync();
                await tab.GoAsync(address);
                await tab.StreamsAsync();
                var other = await visit.SecondBrowserAsync();
                await other.GoAsync(address);
                await other.StreamsAsync();

                foreach (var screen in (Screen[])[first, tab, other])
                {
                    await screen.FinishedAsync();
                    await screen.StateIsAsync("completed");
                    Words(await screen.TextAsync()).ShouldBe(160);
                    await Expect(screen.Page.Locator("article")).ToHaveCountAsync(2);
                }

                (await tab.TextAsync()).ShouldBe(await first.TextAsync());
                (await other.TextAsync()).ShouldBe(await first.TextAsync());
            }
        );

    [Fact]
    public Task A_lost_connection_is_taken_up_where_it_broke() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                visit.Expect("ERR_INTERNET_DISCONNECTED");
                await visit.SignUpAsync();
                await screen.AskAsync("pace 400 x 25ms", "sandbox-pace");
                await screen.StreamsAsync();

                await visit.Profile.SetOfflineAsync(true);
                await Expect(visit.Page.Locator(".toast")).ToContainTextAsync("You are offline");
                var broken = await screen.TextAsync();
                await screen.Box.FillAsync("typed in a tunnel");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                await visit.Profile.SetOfflineAsync(false);

                await Eventually.TrueAsync(
                    async () => (await screen.TextAsync()).Length > broken.Length + 100,
                    "more of the answer after the connection was back"
                );
                var later = await screen.TextAsync();
                await Expect(visit.Page.Locator("answer-stream [data-block]")).ToHaveCountAsync(1);
                await screen.FinishedAsync();
                await screen.StateIsAsync("completed");
                var whole = await screen.TextAsync();
                whole.ShouldStartWith(later);
                later.ShouldStartWith(broken);
                Words(whole).ShouldBe(400);
                await Expect(screen.Box).ToHaveValueAsync("typed in a tunnel");
            }
        );

    private static int Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
