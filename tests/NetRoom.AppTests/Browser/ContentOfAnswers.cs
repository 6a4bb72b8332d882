using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class ContentOfAnswers(NetRoomApp app, SuiteBrowser browser)
{
    private static readonly string[] Clipboard = ["clipboard-read", "clipboard-write"];

    [Fact]
    public Task A_message_and_its_code_are_copied_whole_and_the_code_is_coloured() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, screen) = (visit.Page, visit.Screen);
                await visit.SignUpAsync();
                await visit.Profile.GrantPermissionsAsync(Clipboard);
                await screen.AskAndWaitAsync("Write a sieve", "sandbox-coder");

                await screen.Answer.Locator("[data-copy]").ClickAsync();
                await Expect(page.Locator(".toast")).ToHaveTextAsync("Copied");
                var copied = await ClipboardAsync(screen);
                copied.ShouldContain("sieve");

                var figure = screen.Answer.Locator("figure.code").First;
                await figure.Locator("[data-copy-code]").ClickAsync();
                await Eventually.TrueAsync(
                    async () =>
                        await ClipboardAsync(screen)
                        == await figure
                            .Locator("code")
                            .EvaluateAsync<string>("it => it.textContent"),
                    "the code in the clipboard"
                );
                var keyword = figure.Locator(".hljs-keyword").First;
                const string colour = "it => getComputedStyle(it).color";
                (await keyword.EvaluateAsync<string>(colour)).ShouldNotBe(
                    await figure.Locator("code").EvaluateAsync<string>(colour)
                );
            }
        );

    [Fact]
    public Task Formulas_are_typeset_as_MathML() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                await visit.SignUpAsync();
                await visit.Screen.AskAndWaitAsync("2 + 3 * 4 = ?", "sandbox-math");
                await Expect(visit.Screen.Prose.Locator("math").First).ToBeVisibleAsync();
                await Expect(visit.Screen.Prose.Locator(".math:not([data-done])"))
                    .ToHaveCountAsync(0);
                await Expect(visit.Screen.Prose.Locator("merror")).ToHaveCountAsync(0);
                (await visit.Screen.Prose.Locator("math").CountAsync()).ShouldBe(
                    await visit.Screen.Prose.Locator(".math").CountAsync()
                );
            }
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_wide_table_scrolls_inside_itself(bool phone) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                await visit.SignUpAsync();
                await visit.GoAsync("/?model=sandbox-tables");
                await visit.Screen.Box.FillAsync("Compare the planets");
                await visit.Screen.Send.ClickAsync();
                await visit.Page.WaitForURLAsync("**/c/*");
                await visit.Screen.FinishedAsync();
                await visit.Screen.FitsAsync();
                var table = visit.Screen.Prose.Locator("table").Last;
                (
                    await table.EvaluateAsync<bool>(
                        "it => { const box = it.closest('.table') ?? it; box.scrollLeft = 50; return box.scrollWidth > box.clientWidth && box.scrollLeft === 50; }"
                    )
                ).ShouldBeTrue();
            },
            new Look(Phone: phone)
        );

    [Fact]
    public Task Thoughts_are_folded_once_the_answer_is_there() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                await visit.SignUpAsync();
                await visit.Screen.AskAndWaitAsync("Think it over", "sandbox-thinker");
                var thoughts = visit.Screen.Answer.Locator("details.think");
                await Expect(thoughts.Locator(".thought")).ToBeHiddenAsync();
                await thoughts.Locator("summary").ClickAsync();
                await Expect(thoughts.Locator(".thought")).ToBeVisibleAsync();
            }
        );

    [Fact]
    public Task The_reader_keeps_the_place_while_the_answer_grows() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, screen) = (visit.Page, visit.Screen);
                await visit.SignUpAsync();
                await screen.AskAndWaitAsync("Write 1200 words", "sandbox-writer");
                await screen.ChooseAsync("sandbox-pace");
                await screen.Box.FillAsync("pace 1500 x 5ms");
                await screen.Box.PressAsync("Enter");
                await screen.StreamsAsync();
                const string top = "() => document.getElementById('scroll').scrollTop";
                await page.EvaluateAsync(
                    "() => document.getElementById('scroll').scrollTo(0, 300)"
                );
                await Expect(page.Locator(".to-end")).ToBeVisibleAsync();
                await screen.FinishedAsync();
                (await page.EvaluateAsync<int>(top)).ShouldBe(300);
                await page.Locator(".to-end").ClickAsync();
                await Expect(page.Locator(".to-end")).ToBeHiddenAsync();
                (await page.EvaluateAsync<int>(top)).ShouldBeGreaterThan(300);
            }
        );

    private static Task<string> ClipboardAsync(Screen screen) =>
        screen.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
}
