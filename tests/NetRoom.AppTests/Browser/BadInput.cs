using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

/// <summary>Each of these gets a sentence in the page, and what was typed is still there.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class BadInput(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task A_megabyte_is_pasted_without_a_freeze_and_answered_with_a_sentence() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                visit.Expect("status of 4");
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                (await PasteAsync(screen, 1_000_000)).ShouldBeLessThan(2000);
                await Expect(screen.Quote.Locator(".error")).ToBeVisibleAsync();
                (await LengthAsync(screen)).ShouldBe(1_000_000);
                await screen.Send.ClickAsync();
                await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                    .ToBeVisibleAsync();
                (await LengthAsync(screen)).ShouldBe(1_000_000);
                await visit.Page.ReloadAsync();
                (await LengthAsync(screen)).ShouldBe(1_000_000);
            }
        );

    [Fact]
    public Task A_text_over_the_limit_is_not_cut_in_silence() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                visit.Expect("status of 413");
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                await PasteAsync(screen, 2_000_100);
                (await LengthAsync(screen)).ShouldBe(2_000_100);
                await screen.Send.ClickAsync();
                await Expect(visit.Page.Locator(".composer-problem"))
                    .ToContainTextAsync("2,000,100 characters");
                (await LengthAsync(screen)).ShouldBe(2_000_100);
            }
        );

    [Fact]
    public Task An_ended_session_asks_to_sign_in_and_comes_back_to_the_draft() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, screen) = (visit.Page, visit.Screen);
                visit.Expect("status of 401");
                await visit.SignUpAsync();
                await screen.AskAndWaitAsync("Hello", "sandbox-echo");
                var chat = page.Url;
                await visit.Profile.ClearCookiesAsync();
                await screen.Box.FillAsync("Do not lose me");
                await screen.Box.PressAsync("Enter");
                var card = page.Locator(".composer-problem [role=alert]");
                await Expect(card).ToBeVisibleAsync();
                await Expect(screen.Box).ToHaveValueAsync("Do not lose me");

                await card.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Sign in" })
                    .ClickAsync();
                await page.GetByLabel("Email").FillAsync(visit.Person.Email);
                await page.GetByLabel("Password", new() { Exact = true })
                    .FillAsync(visit.Person.Password);
                await page.Locator("form.panel .primary").ClickAsync();
                await page.WaitForURLAsync(chat);
                await Expect(screen.Box).ToHaveValueAsync("Do not lose me");
                await screen.Box.PressAsync("Enter");
                await Expect(screen.Questions).ToHaveCountAsync(2);
                await screen.FinishedAsync();
            }
        );

    [Fact]
    public Task A_model_that_went_while_one_was_typing_is_told_by_a_sentence() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                const string model = "sandbox-claude-math";
                var screen = visit.Screen;
                visit.Expect("status of 4");
                await visit.SignUpAsync();
                await visit.GoAsync($"/?model={model}");
                await screen.Box.FillAsync("Still here?");
                try
                {
                    await visit.App.Books.ExecuteAsync(
                        "UPDATE catalog.model SET status = 'Gone' WHERE id = $1",
                        model
                    );
                    await Eventually.TrueAsync(
                        async () =>
                            !(
                                await visit.Person.OpenAsync(
                                    $"/chats/quote?model={model}&ascii=1",
                                    fragment: true
                                )
                            ).Body.Contains("name=\"ceiling\"", StringComparison.Ordinal),
                        "the catalogue without the model"
                    );
                    await screen.Box.PressAsync("Enter");
                    await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                        .ToBeVisibleAsync();
                    await Expect(screen.Box).ToHaveValueAsync("Still here?");
                    await screen.ChooseAsync("sandbox-echo");
                    await screen.Send.ClickAsync();
                    await visit.Page.WaitForURLAsync("**/c/*");
                    await screen.FinishedAsync();
                    await screen.StateIsAsync("completed");
                }
                finally
                {
                    await visit.App.Books.ExecuteAsync(
                        "UPDATE catalog.model SET status = 'Active' WHERE id = $1",
                        model
                    );
                }
            }
        );

    [Theory]
    [InlineData("fault-503")]
    [InlineData("fault-cut-early")]
    [InlineData("fault-html-error")]
    public Task A_provider_that_is_down_leaves_the_question_and_a_sentence(string model) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                await visit.SignUpAsync();
                await visit.Screen.AskAndWaitAsync("Anybody there?", model);
                await visit.Screen.StateIsAsync("failed");
                await Expect(visit.Screen.Questions).ToHaveTextAsync("Anybody there?");
                var card = visit.Screen.Answer.Locator(".card");
                await Expect(card).ToContainTextAsync("Nothing was charged.");
                await Expect(card.Locator("button")).ToHaveTextAsync("Try again");
            }
        );

    [Fact]
    public Task An_empty_balance_is_said_before_and_after_sending() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                visit.Expect("status of 402");
                await visit.SignUpAsync();
                await visit.App.Books.LeaveAsync(visit.Person.Email, Money.Zero);
                await visit.GoAsync("/?model=sandbox-echo");
                await screen.Box.FillAsync("For free?");
                await Expect(screen.Quote.Locator(".error")).ToBeVisibleAsync();
                await screen.Box.PressAsync("Enter");
                await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                    .ToBeVisibleAsync();
                await Expect(screen.Box).ToHaveValueAsync("For free?");
            }
        );

    [Fact]
    public Task Nothing_typed_sends_nothing() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var screen = visit.Screen;
                await visit.SignUpAsync();
                await visit.GoAsync("/");
                await screen.Box.FillAsync("   ");
                await screen.Box.PressAsync("Enter");
                await screen.Send.ClickAsync();
                await Expect(screen.Box).ToHaveValueAsync("   ");
                new Uri(visit.Page.Url).AbsolutePath.ShouldBe("/");
            }
        );

    /// <summary>Pastes so much text in words; answers how long the page stood still, in milliseconds.</summary>
    private static async Task<double> PasteAsync(Screen screen, int length)
    {
        await screen.Box.FocusAsync();
        return await screen.Page.EvaluateAsync<double>(
            """
            async length => {
              const text = "Lorem ipsum dolor sit amet. ".repeat(length / 28 + 1).slice(0, length);
              let last = performance.now(), longest = 0, going = true;
              const watch = () => {
                const now = performance.now();
                longest = Math.max(longest, now - last);
                last = now;
                if (going) setTimeout(watch, 0);
              };
              watch();
              document.execCommand("insertText", false, text);
              await new Promise(done => setTimeout(done, 1200));
              going = false;
              return longest;
            }
            """,
            length
        );
    }

    private static Task<int> LengthAsync(Screen screen) =>
        screen.Box.EvaluateAsync<int>("it => it.value.length");
}
