using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class StopAndRetry(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task Stop_keeps_what_was_written_and_charges_for_it_alone() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await tab.AskAsync("pace 4000 x 20ms", "sandbox-pace");
                await tab.StreamsAsync();
                await tab.Stop.ClickAsync();
                await tab.FinishedAsync();
                await tab.StateIsAsync("stopped");
                (await tab.TextAsync()).ShouldStartWith("the net room");
                await Expect(tab.Answer.Locator(".card"))
                    .ToContainTextAsync("Only what was written is charged.");
                (await Tab.MoneyOfAsync(tab.Charge)).ShouldBeGreaterThan(Money.Zero);
                await Expect(tab.Send).ToBeVisibleAsync();
            }
        );

    [Fact]
    public Task A_failed_answer_says_that_it_cost_nothing_and_can_be_asked_again() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await tab.AskAndWaitAsync("Will it work?", "fault-500");
                await tab.StateIsAsync("failed");
                await Expect(tab.Questions).ToHaveTextAsync("Will it work?");
                await Expect(tab.Answer.Locator(".card"))
                    .ToContainTextAsync("Nothing was charged.");
                (await visit.Person.BalanceAsync()).ShouldBe(Money.Roubles(50));

                var failed = (await tab.Answer.GetAttributeAsync("id"))!;
                await tab
                    .Answer.GetByRole(AriaRole.Button, new() { Name = "Try again" })
                    .ClickAsync();
                await Expect(tab.Answer).Not.ToHaveAttributeAsync("id", failed);
                await tab.FinishedAsync();
                await tab.StateIsAsync("failed");
                await Expect(visit.Page.Locator("[formaction$='/retry']")).ToHaveCountAsync(1);

                await tab.ChooseAsync("sandbox-echo");
                await tab.Box.FillAsync("And with another model?");
                await tab.Box.PressAsync("Enter");
                await Expect(tab.Questions).ToHaveCountAsync(2);
                await tab.FinishedAsync();
                await tab.StateIsAsync("completed");
            }
        );

    [Fact]
    public Task What_is_typed_while_an_answer_runs_is_kept_and_sent_after_it() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await tab.AskAsync("pace 100 x 25ms", "sandbox-pace");
                await tab.StreamsAsync();
                await tab.Box.FillAsync("pace 5 x 5ms, and then?");
                await tab.Box.PressAsync("Enter");
                await Expect(visit.Page.Locator(".toast"))
                    .ToContainTextAsync("Wait for the answer");
                await Expect(tab.Questions).ToHaveCountAsync(1);
                await Expect(tab.Box).ToHaveValueAsync("pace 5 x 5ms, and then?");
                await tab.FinishedAsync();
                await tab.StateIsAsync("completed");
                await Expect(tab.Box).ToHaveValueAsync("pace 5 x 5ms, and then?");
                await tab.Box.PressAsync("Enter");
                await Expect(tab.Questions).ToHaveCountAsync(2);
                await Expect(tab.Box).ToHaveValueAsync("");
                await tab.FinishedAsync();
            }
        );

    [Fact]
    public Task A_draft_survives_a_reload_and_is_gone_once_sent() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                await tab.Box.FillAsync("Half a thought");
                await visit.Page.ReloadAsync();
                await Expect(tab.Box).ToHaveValueAsync("Half a thought");
                await tab.Box.PressAsync("Enter");
                await visit.Page.WaitForURLAsync("**/c/*");
                await tab.FinishedAsync();
                await Expect(tab.Box).ToHaveValueAsync("");

                await tab.Box.FillAsync("Another one");
                await visit.GoAsync("/");
                await Expect(tab.Box).ToHaveValueAsync("");
                await visit.Page.GoBackAsync();
                await Expect(tab.Box).ToHaveValueAsync("Another one");
            }
        );
}
