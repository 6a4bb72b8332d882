using Microsoft.Playwright;
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
                var tab = visit.Tab;
                visit.Expect("status of 413");
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                (await PasteAsync(tab, 1_000_000)).ShouldBeLessThan(2000);
                await Expect(tab.Quote.Locator(".error")).ToBeVisibleAsync();
                (await LengthAsync(tab)).ShouldBe(1_000_000);
                await tab.Send.ClickAsync();
                await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                    .ToBeVisibleAsync();
                (await LengthAsync(tab)).ShouldBe(1_000_000);
                await visit.Page.ReloadAsync();
                (await LengthAsync(tab)).ShouldBe(1_000_000);
            }
        );

    [Fact]
    public Task A_text_over_the_limit_is_not_cut_in_silence() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                visit.Expect("status of 413");
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-echo");
                await PasteAsync(tab, 2_000_100);
                (await LengthAsync(tab)).ShouldBe(2_000_100);
                await tab.Send.ClickAsync();
                await Expect(visit.Page.Locator(".composer-problem"))
                    .ToContainTextAsync("2,000,100 characters");
                (await LengthAsync(tab)).ShouldBe(2_000_100);
            }
        );

    [Fact]
    public Task An_ended_session_asks_to_sign_in_and_comes_back_to_the_draft() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                visit.Expect("status of 401");
                await visit.SignUpAsync();
                await tab.AskAndWaitAsync("Hello", "sandbox-echo");
                var chat = page.Url;
                await visit.Profile.ClearCookiesAsync();
                await tab.Box.FillAsync("Do not lose me");
                await tab.Box.PressAsync("Enter");
                var card = page.Locator(".composer-problem [role=alert]");
                await Expect(card).ToBeVisibleAsync();
                await Expect(tab.Box).ToHaveValueAsync("Do not lose me");

                await card.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
                await page.GetByLabel("Email").FillAsync(visit.Person.Email);
                await page.GetByLabel("Password", new() { Exact = true })
                    .FillAsync(visit.Person.Password);
                await page.Locator("form.panel .primary").ClickAsync();
                await page.WaitForURLAsync(chat);
                await Expect(tab.Box).ToHaveValueAsync("Do not lose me");
                await tab.Box.PressAsync("Enter");
                await Expect(tab.Questions).ToHaveCountAsync(2);
                await tab.FinishedAsync();
            }
        );

    [Fact]
    public Task A_model_that_went_while_one_was_typing_is_told_by_a_sentence() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                const string model = "sandbox-claude-math";
                var tab = visit.Tab;
                visit.Expect("503");
                await visit.SignUpAsync();
                await visit.GoAsync($"/?model={model}");
                await tab.Box.FillAsync("Still here?");
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
                    await tab.Box.PressAsync("Enter");
                    await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                        .ToBeVisibleAsync();
                    await Expect(tab.Box).ToHaveValueAsync("Still here?");
                    await tab.ChooseAsync("sandbox-echo");
                    await tab.Send.ClickAsync();
                    await visit.Page.WaitForURLAsync("**/c/*");
                    await tab.FinishedAsync();
                    await tab.StateIsAsync("completed");
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
                await visit.Tab.AskAndWaitAsync("Anybody there?", model);
                await visit.Tab.StateIsAsync("failed");
                await Expect(visit.Tab.Questions).ToHaveTextAsync("Anybody there?");
                var card = visit.Tab.Answer.Locator(".card");
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
                var tab = visit.Tab;
                visit.Expect("status of 402");
                await visit.SignUpAsync();
                await visit.App.Books.LeaveAsync(visit.Person.Email, Money.Zero);
                await visit.GoAsync("/?model=sandbox-echo");
                await tab.Box.FillAsync("For free?");
                await Expect(tab.Quote.Locator(".error")).ToBeVisibleAsync();
                await tab.Box.PressAsync("Enter");
                await Expect(visit.Page.Locator(".composer-problem [role=alert]"))
                    .ToBeVisibleAsync();
                await Expect(tab.Box).ToHaveValueAsync("For free?");
            }
        );

    [Fact]
    public Task Nothing_typed_sends_nothing() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await visit.GoAsync("/");
                await tab.Box.FillAsync("   ");
                await tab.Box.PressAsync("Enter");
                await tab.Send.ClickAsync();
                await Expect(tab.Box).ToHaveValueAsync("   ");
                new Uri(visit.Page.Url).AbsolutePath.ShouldBe("/");
            }
        );

    /// <summary>Pastes so much text in words; answers how long the page stood still, in milliseconds.</summary>
    private static async Task<double> PasteAsync(Tab tab, int length)
    {
        await tab.Box.FocusAsync();
        return await tab.Page.EvaluateAsync<double>(
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

    private static Task<int> LengthAsync(Tab tab) =>
        tab.Box.EvaluateAsync<int>("it => it.value.length");
}
