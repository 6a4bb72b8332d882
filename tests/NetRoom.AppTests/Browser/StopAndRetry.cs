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
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await screen.AskAsync("pace 4000 x 20ms", "sandbox-pace");
                await screen.StreamsAsync();
                await screen.Stop.ClickAsync();
                await screen.FinishedAsync();
                await screen.StateIsAsync("stopped");
                (await screen.TextAsync()).ShouldStartWith("the net room");
                await Expect(screen.Answer.Locator(".card"))
                    .ToContainTextAsync("Only what was written is charged.");
                (await Screen.MoneyOfAsync(screen.Charge)).ShouldBeGreaterThan(Money.Zero);
                await Expect(screen.Send).ToBeVisibleAsync();
            }
        );

    [Fact]
    public Task A_failed_answer_says_that_it_cost_nothing_and_can_be_asked_again() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await screen.AskAndWaitAsync("Will it work?", "fault-500");
                await screen.StateIsAsync("failed");
                await Expect(screen.Questions).ToHaveTextAsync("Will it work?");
                await Expect(screen.Answer.Locator(".card"))
                    .ToContainTextAsync("Nothing was charged.");
                (await visit.Person.BalanceAsync()).ShouldBe(Money.Roubles(50));

                await screen
                    .Answer.GetByRole(
                        Microsoft.Playwright.AriaRole.Button,
                        new() { Name = "Try again" }
                    )
                    .ClickAsync();
                await Expect(visit.Page.Locator("article.bot")).ToHaveCountAsync(2);
                await screen.FinishedAsync();
                await Expect(visit.Page.Locator("[formaction$='/retry']")).ToHaveCountAsync(1);

                await screen.ChooseAsync("sandbox-echo");
                await screen.Box.FillAsync("And with another model?");
                await screen.Box.PressAsync("Enter");
                await Expect(screen.Questions).ToHaveCountAsync(2);
                await screen.FinishedAsync();
                await screen.StateIsAsync("completed");
            }
        );

    [Fact]
    public Task What_is_typed_while_an_answer_runs_is_kept_and_sent_after_it() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await screen.AskAsync("pace 100 x 25ms", "sandbox-pace");
                await screen.StreamsAsync();
                await screen.Box.FillAsync("pace 5 x 5ms, and then?");
                await screen.Box.PressAsync("Enter");
                await Expect(visit.Page.Locator(".toast"))
                    .ToContainTextAsync("Wait for the answer");
                await Expect(screen.Questions).ToHaveCountAsync(1);
                await Expect(screen.Box).ToHaveValueAsync("pace 5 x 5ms, and then?");
                await screen.FinishedAsync();
                await screen.StateIsAsync("completed");
                await Expect(screen.Box).ToHaveValueAsync("pace 5 x 5ms, and then?");
                await screen.Box.PressAsync("Enter");
                await Expect(screen.Questions).ToHaveCountAsync(2);
                await Expect(screen.Box).ToHaveValueAsync("");
                await screen.FinishedAsync();
            }
        );

    [Fact]
    public Task A_draft_survives_a_reload_and_is_gone_once_sent() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                await screen.Box.FillAsync("Half a thought");
                await visit.Page.ReloadAsync();
                await Expect(screen.Box).ToHaveValueAsync("Half a thought");
                await screen.Box.PressAsync("Enter");
                await visit.Page.WaitForURLAsync("**/c/*");
                await screen.FinishedAsync();
                await Expect(screen.Box).ToHaveValueAsync("");

                await screen.Box.FillAsync("Another one");
                await visit.GoAsync("/");
                await Expect(screen.Box).ToHaveValueAsync("");
                await visit.Page.GoBackAsync();
                await Expect(screen.Box).ToHaveValueAsync("Another one");
            }
        );
}
