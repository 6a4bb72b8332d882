using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Playwright;
using NetRoom.AppTests.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace NetRoom.AppTests.Browser;

[Collection(NetRoomApp.Collection)]
public sealed class InRussian(NetRoomApp app, SuiteBrowser browser)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IReadOnlyList<Regex> English = ReadEnglish();

    [Fact]
    public Task No_page_keeps_an_English_word() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                visit.Expect("status of 404");
                foreach (
                    var path in (string[])
                        [
                            "/",
                            "/sign-up",
                            "/sign-in",
                            "/models",
                            "/models/sandbox-echo",
                            "/models?q=zzz",
                            "/terms/",
                            "/nothing",
                        ]
                )
                {
                    await visit.GoAsync(path);
                    await IsRussianAsync(visit.Tab);
                }

                await visit.SignUpAsync();
                await visit.GoAsync("/balance");
                await IsRussianAsync(visit.Tab);
                await visit.GoAsync("/?model=sandbox-thinker");
                await IsRussianAsync(visit.Tab);
                await visit.Tab.ModelButton.ClickAsync();
                await Expect(visit.Tab.Picker).ToBeVisibleAsync();
                await IsRussianAsync(visit.Tab);

                await visit.Tab.AskAsync("pace 2000 x 20ms", "sandbox-pace");
                await visit.Tab.StreamsAsync();
                await IsRussianAsync(visit.Tab);
                await visit.Tab.Stop.ClickAsync();
                await visit.Tab.FinishedAsync();
                await IsRussianAsync(visit.Tab);
                await visit.Tab.AskAndWaitAsync("Подумай", "sandbox-thinker");
                await visit.Page.Locator(".menu summary").ClickAsync();
                await IsRussianAsync(visit.Tab);
                await visit.Tab.Charge.ClickAsync();
                await Expect(visit.Tab.Dialog).ToBeVisibleAsync();
                await IsRussianAsync(visit.Tab);
                await visit.Tab.AskAndWaitAsync("Получится?", "fault-500");
                await IsRussianAsync(visit.Tab);
                await visit.GoAsync("/balance");
                await IsRussianAsync(visit.Tab);
            },
            new Look("ru-RU")
        );

    [Fact]
    public Task Language_and_theme_are_changed_by_their_forms_and_stay() =>
        browser.VisitAsync(
            app,
            async visit =>
            {
                var (page, html) = (visit.Page, visit.Page.Locator("html"));
                await visit.GoAsync("/models");
                await page.GetByRole(AriaRole.Button, new() { Name = "Русский" }).ClickAsync();
                await Expect(html).ToHaveAttributeAsync("lang", "ru");
                await Expect(page.Locator("h1")).ToHaveTextAsync("Модели и цены");
                await page.GetByRole(AriaRole.Button, new() { Name = "Тёмная" }).ClickAsync();
                await Expect(html).ToHaveAttributeAsync("data-theme", "dark");
                var dark = await BackgroundAsync(page);
                await visit.GoAsync("/sign-in");
                await Expect(html).ToHaveAttributeAsync("lang", "ru");
                (await BackgroundAsync(page)).ShouldBe(dark);
                await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
                await Expect(html).ToHaveAttributeAsync("lang", "en");
                await page.GetByRole(AriaRole.Button, new() { Name = "Light" }).ClickAsync();
                await Expect(html).ToHaveAttributeAsync("data-theme", "light");
                (await BackgroundAsync(page)).ShouldNotBe(dark);

                await visit.SignUpAsync();
                await visit.GoAsync("/balance");
                await page.Locator(".account summary").ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Русский" }).ClickAsync();
                await page.WaitForURLAsync("**/balance");
                await Expect(html).ToHaveAttributeAsync("lang", "ru");
            }
        );

    private static Task<string> BackgroundAsync(IPage page) =>
        page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    private static async Task IsRussianAsync(Tab tab)
    {
        (await tab.Page.Locator("html").GetAttributeAsync("lang")).ShouldBe("ru");
        var seen = await tab.Page.EvaluateAsync<string[]>(
            """
            () => {
              const texts = [document.title.split(" · ")[0]];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
              for (let it = walker.nextNode(); it; it = walker.nextNode())
                if (it.nodeType === Node.TEXT_NODE) {
                  if (!it.parentElement.closest("script, style, noscript, [lang=en], .prose, .thought")) texts.push(it.data);
                } else
                  for (const name of ["aria-label", "title", "placeholder", "data-confirm", "data-busy", "data-stop-label"])
                    if (it.hasAttribute(name)) texts.push(it.getAttribute(name));
              return texts.map(text => text.trim().replace(/\s+/g, " ")).filter(Boolean);
            }
            """
        );
        seen.Where(text => English.Any(english => english.IsMatch(text)))
            .ShouldBeEmpty(tab.Page.Url);
    }

    /// <summary>Every English text that says something else in Russian; the places for values match anything.</summary>
    private static List<Regex> ReadEnglish()
    {
        var texts = new List<Regex>();
        foreach (
            var file in Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "src"),
                "*.ru.resx",
                SearchOption.AllDirectories
            )
        )
        {
            var russian = Read(file);
            foreach (
                var (key, english) in Read(
                    file.Replace(".ru.resx", ".resx", StringComparison.Ordinal)
                )
            )
                if (english.Any(char.IsAsciiLetter) && russian.GetValueOrDefault(key) != english)
                    texts.Add(
                        new Regex(
                            "^"
                                + Regex.Replace(
                                    Regex.Escape(english),
                                    @"\\\{\d[^}]*}",
                                    ".+",
                                    RegexOptions.None,
                                    Second
                                )
                                + "$",
                            RegexOptions.CultureInvariant,
                            Second
                        )
                    );
        }

        texts.Count.ShouldBeGreaterThan(100);
        return texts;
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument
            .Load(file)
            .Root!.Elements("data")
            .ToDictionary(
                data => data.Attribute("name")!.Value,
                data => data.Element("value")!.Value
            );
}
