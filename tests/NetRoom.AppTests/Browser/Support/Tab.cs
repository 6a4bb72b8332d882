using Microsoft.Playwright;
using NetRoom.Kernel;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser.Support;

/// <summary>A tab of a browser, with the parts of a chat's page by their names.</summary>
public sealed class Tab(IPage page, Uri site)
{
    public IPage Page { get; } = page;

    public ILocator Box => Page.Locator("textarea[name=text]");

    public ILocator Send => Page.Locator(".send:not(.stop)");

    public ILocator Stop => Page.Locator(".send.stop");

    public ILocator Quote => Page.Locator("#quote");

    public ILocator ModelButton => Page.Locator("button.pill.model");

    public ILocator Picker => Page.Locator("dialog .picker");

    public ILocator Dialog => Page.Locator("dialog");

    public ILocator Questions => Page.Locator("article.me");

    public ILocator Answer => Page.Locator("article.bot").Last;

    public ILocator Prose => Answer.Locator(".prose");

    public ILocator Charge => Answer.Locator("a.price");

    public ILocator Problem => Page.Locator(".composer-problem [role=alert], .quote .error").First;

    public Task GoAsync(string path) => Page.GotoAsync(new Uri(site, path).ToString());

    /// <summary>Sends a message in a new chat and is on its page.</summary>
    public async Task AskAsync(string text, string model)
    {
        await GoAsync($"/?model={model}");
        await Box.FillAsync(text);
        await Box.PressAsync("Enter");
        await Page.WaitForURLAsync("**/c/*");
    }

    public async Task AskAndWaitAsync(string text, string model)
    {
        await AskAsync(text, model);
        await FinishedAsync();
    }

    public async Task ChooseAsync(string model)
    {
        await ModelButton.ClickAsync();
        await Picker.Locator($"[data-model='{model}']").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    public Task StateIsAsync(string state) =>
        Expect(Answer).ToHaveAttributeAsync("data-state", state);

    /// <summary>The last answer is at its end, whichever.</summary>
    public async Task FinishedAsync()
    {
        await Expect(Answer.Locator(".acts")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(Stop).ToHaveCountAsync(0);
    }

    /// <summary>Some of the answer is on the tab, and it is still being written.</summary>
    public async Task StreamsAsync()
    {
        await Expect(Page.Locator("answer-stream [data-block]").First).Not.ToBeEmptyAsync();
        await StateIsAsync("running");
    }

    public async Task<string> TextAsync() => (await Prose.InnerTextAsync()).Trim();

    public async Task<Money> CeilingAsync() =>
        new(
            long.Parse(
                await Page.Locator("[name=ceiling]").InputValueAsync(),
                System.Globalization.CultureInfo.InvariantCulture
            )
        );

    public static async Task<Money> MoneyOfAsync(ILocator place) =>
        NetRoom.AppTests.Support.Answer.ParseMoney((await place.InnerTextAsync()).TrimEnd('*'));

    /// <summary>What has the focus, told by its tag and first class or name.</summary>
    public Task<string> FocusAsync() =>
        Page.EvaluateAsync<string>(
            """
            () => {
              const it = document.activeElement;
              return it.tagName.toLowerCase() + (it.name ? `[${it.name}]` : it.id ? `#${it.id}` : it.classList.length ? `.${[...it.classList].join(".")}` : "");
            }
            """
        );

    public Task<bool> IsFocusedAsync(ILocator place) =>
        place.EvaluateAsync<bool>("it => it === document.activeElement");

    /// <summary>Nothing sticks out at the right.</summary>
    public async Task FitsAsync() =>
        (
            await Page.EvaluateAsync<int>(
                "() => Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('#scroll, main, .scroll')].map(it => it.scrollWidth - it.clientWidth))"
            )
        ).ShouldBeLessThanOrEqualTo(0, $"{Page.Url} scrolls sideways");
}
