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
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await visit.Profile.GrantPermissionsAsync(Clipboard);
                await tab.AskAndWaitAsync("Write a sieve", "sandbox-coder");

                await tab.Answer.Locator("[data-copy]").ClickAsync();
                await Expect(page.Locator(".toast")).ToHaveTextAsync("Copied");
                var copied = await ClipboardAsync(tab);
                copied.ShouldContain("sieve");

                var figure = tab.Answer.Locator("figure.code").First;
                await figure.Locator("[data-copy-code]").ClickAsync();
                await Eventually.TrueAsync(
                    async () =>
                        await ClipboardAsync(tab)
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
                await visit.Tab.AskAndWaitAsync("2 + 3 * 4 = ?", "sandbox-math");
                await Expect(visit.Tab.Prose.Locator("math").First).ToBeVisibleAsync();
                await Expect(visit.Tab.Prose.Locator(".math:not([data-done])")).ToHaveCountAsync(0);
                await Expect(visit.Tab.Prose.Locator("merror")).ToHaveCountAsync(0);
                (await visit.Tab.Prose.Locator("math").CountAsync()).ShouldBe(
                    await visit.Tab.Prose.Locator(".math").CountAsync()
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
                await visit.Tab.Box.FillAsync("Compare the planets");
                await visit.Tab.Send.ClickAsync();
                await visit.Page.WaitForURLAsync("**/c/*");
                await visit.Tab.FinishedAsync();
                await visit.Tab.FitsAsync();
                var table = visit.Tab.Prose.Locator("table").Last;
                (
                    await table.EvaluateAsync<bool>(
                        "it => { const box = it.closest('.wide'); box.scrollLeft = 50; return box.scrollWidth > box.clientWidth && box.scrollLeft === 50; }"
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
                await visit.Tab.AskAndWaitAsync("Think it over", "sandbox-thinker");
                var thoughts = visit.Tab.Answer.Locator("details.think");
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
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await tab.AskAndWaitAsync("Write 1200 words", "sandbox-writer");
                await tab.ChooseAsync("sandbox-pace");
                await tab.Box.FillAsync("pace 1500 x 5ms");
                await tab.Box.PressAsync("Enter");
                await tab.StreamsAsync();
                const string top = "() => document.getElementById('scroll').scrollTop";
                await page.EvaluateAsync(
                    "() => document.getElementById('scroll').scrollTo(0, 300)"
                );
                await Expect(page.Locator(".to-end")).ToBeVisibleAsync();
                await tab.FinishedAsync();
                (await page.EvaluateAsync<int>(top)).ShouldBe(300);
                await page.Locator(".to-end").ClickAsync();
                await Expect(page.Locator(".to-end")).ToBeHiddenAsync();
                (await page.EvaluateAsync<int>(top)).ShouldBeGreaterThan(300);
            }
        );

    private static Task<string> ClipboardAsync(Tab tab) =>
        tab.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
}
