using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class ByKeyboard(NetRoomApp app, SuiteBrowser browser)
{
    [Fact]
    public Task Tab_goes_from_the_skip_link_through_the_composer_in_order() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await tab.AskAndWaitAsync("Think about it", "sandbox-thinker");
                await page.ReloadAsync();
                await page.Keyboard.PressAsync("Tab");
                await Expect(page.Locator(".skip")).ToBeFocusedAsync();
                await Expect(page.Locator(".skip")).ToBeInViewportAsync();
                await page.Keyboard.PressAsync("Enter");
                await Expect(page.Locator("main")).ToBeFocusedAsync();

                var order = new List<string>();
                for (var i = 0; i < 14 && order.LastOrDefault() != "button.send"; i++)
                {
                    await page.Keyboard.PressAsync("Tab");
                    order.Add(await tab.FocusAsync());
                }

                order.ShouldContain("summary");
                order.ShouldContain("a.price.money");
                order[^4..]
                    .ShouldBe([
                        "textarea[text]",
                        "button.pill.model",
                        "select[effort]",
                        "button.send",
                    ]);

                for (var i = 0; i < 8 && !await tab.IsFocusedAsync(tab.Charge); i++)
                    await page.Keyboard.PressAsync("Shift+Tab");
                await page.Keyboard.PressAsync("Enter");
                await Expect(tab.Dialog).ToBeVisibleAsync();
                await page.Keyboard.PressAsync("Escape");
                await Expect(tab.Dialog).ToHaveCountAsync(0);
                await Expect(tab.Charge).ToBeFocusedAsync();
            }
        );

    [Fact]
    public Task Escape_closes_what_is_open_and_gives_the_focus_back() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await tab.AskAndWaitAsync("Hello", "sandbox-echo");
                var menu = page.Locator(".menu summary");
                await menu.FocusAsync();
                await page.Keyboard.PressAsync("Enter");
                await Expect(page.GetByLabel("Name of the chat")).ToBeVisibleAsync();
                await page.Keyboard.PressAsync("Tab");
                await page.Keyboard.PressAsync("Escape");
                await Expect(page.GetByLabel("Name of the chat")).ToBeHiddenAsync();
                await Expect(menu).ToBeFocusedAsync();

                await tab.ModelButton.FocusAsync();
                await page.Keyboard.PressAsync("Enter");
                await Expect(tab.Picker).ToBeVisibleAsync();
                await page.Keyboard.PressAsync("ArrowDown");
                await page.Keyboard.PressAsync("ArrowDown");
                (await tab.FocusAsync()).ShouldStartWith("button");
                await page.Keyboard.PressAsync("Escape");
                await Expect(tab.Dialog).ToHaveCountAsync(0);
                await Expect(tab.ModelButton).ToBeFocusedAsync();
            }
        );

    [Theory]
    [InlineData("textarea")]
    [InlineData("body")]
    public Task Escape_stops_a_running_answer_wherever_the_focus_is(string focus) =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var tab = visit.Tab;
                await visit.SignUpAsync();
                await tab.AskAsync("pace 2000 x 20ms", "sandbox-pace");
                await tab.StreamsAsync();
                if (focus == "textarea")
                    await tab.Box.FocusAsync();
                else
                    await visit.Page.EvaluateAsync("() => document.activeElement.blur()");
                await visit.Page.Keyboard.PressAsync("Escape");
                await tab.FinishedAsync();
                await tab.StateIsAsync("stopped");
            }
        );

    [Fact]
    public Task After_the_first_message_the_next_can_be_typed_at_once() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, tab) = (visit.Page, visit.Tab);
                await visit.SignUpAsync();
                await tab.AskAsync("Hello", "sandbox-echo");
                await tab.FinishedAsync();
                await Expect(tab.Box).ToBeFocusedAsync();
                await page.Keyboard.TypeAsync("first line");
                await page.Keyboard.PressAsync("Shift+Enter");
                await page.Keyboard.TypeAsync("second line");
                await Expect(tab.Box).ToHaveValueAsync("first line\nsecond line");
                await page.Keyboard.PressAsync("Enter");
                await Expect(tab.Questions).ToHaveCountAsync(2);
                await tab.FinishedAsync();
                await Expect(tab.Box).ToBeFocusedAsync();

                await page.Keyboard.PressAsync("Control+Shift+KeyO");
                await page.WaitForURLAsync(visit.App.Node.Address.ToString());
                await Expect(tab.Box).ToBeFocusedAsync();
            }
        );
}
