using System.Globalization;
using System.Resources;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Catalog.Live;
using NetRoom.Catalog.Pages;
using NetRoom.Catalog.Seed;
using NetRoom.Kernel.Http;

namespace NetRoom.Tests.Catalog;

public sealed class PagesTests
{
    private sealed class OnlyOpenAi : IModelAvailability
    {
        public bool IsAvailable(ModelInfo model) => model.ProviderId == "openai";
    }

    private static readonly CatalogSnapshot Snapshot = Of(
        CatalogSeed.Of(
            SeedDocument.Embedded(),
            new CatalogOptions { SandboxBaseUrl = "http://sandbox" }
        )
    );

    [Fact]
    public async Task The_list_says_prices_in_roubles_in_the_readers_language()
    {
        var english = await RenderAsync("gpt-6-luna", null, "en");
        Text(english)
            .ShouldContain("Input 11.40 ₽ Cached input 1.14 ₽ Output 57.00 ₽ per 1M tokens");
        Text(english).ShouldContain("A prompt of 272,001 tokens or more");

        var russian = await RenderAsync("gpt-6-luna", null, "ru");
        Text(russian)
            .ShouldContain("Запрос 11,40 ₽ Запрос из кэша 1,14 ₽ Ответ 57,00 ₽ за 1 млн токенов");
        russian.QuerySelector("article a")!.GetAttribute("href").ShouldBe("/ru/models/gpt-6-luna");
    }

    [Fact]
    public async Task Peak_hours_and_a_coming_price_are_told_in_words()
    {
        Text(await RenderAsync("deepseek-v4-pro", null, "en"))
            .ShouldContain("Mon–Fri, 01:00–04:00, 06:00–10:00 UTC");
        Text(await RenderAsync("argon", null, "ru"))
            .ShouldContain("Другая цена с 1 декабря 2026 Запрос 456,00 ₽");
    }

    [Theory]
    [InlineData("grok-imagine-video", "Video 480p 5.70 ₽ per second")]
    [InlineData("gpt-image-1-mini", "Image 1024×1024, low quality 0.57 ₽")]
    [InlineData("gpt-transcribe", "Audio 0.513 ₽ per minute")]
    [InlineData("tts-1", "Text read aloud 1.71 ₽ per 1,000 characters")]
    [InlineData("mistral-ocr", "Page 0.456 ₽ per page")]
    [InlineData("ollama", "Free")]
    public async Task Every_unit_is_priced_by_what_people_count(string model, string said) =>
        Text(await RenderAsync(model, null, "en")).ShouldContain(said);

    [Fact]
    public async Task Faults_are_folded_and_do_not_make_a_wall()
    {
        var page = await RenderAsync(null, null, "en");
        page.QuerySelectorAll("article.model").Length.ShouldBeLessThan(70);
        var folded = page.QuerySelector("details.models-faults")!;
        folded.HasAttribute("open").ShouldBeFalse();
        folded.QuerySelectorAll("li").Length.ShouldBe(47);
        (await RenderAsync("fault-500", null, "en"))
            .QuerySelector("details.models-faults")!
            .HasAttribute("open")
            .ShouldBeTrue();
    }

    [Fact]
    public async Task A_group_is_chosen_by_link_and_keeps_the_search()
    {
        var page = await RenderAsync("mini", "image", "en");
        Text(page).ShouldContain("GPT Image 1 mini");
        Text(page).ShouldNotContain("GPT-5 mini");
        page.QuerySelector("a[aria-current]")!
            .GetAttribute("href")
            .ShouldBe("/models?q=mini&group=image");
    }

    [Fact]
    public async Task Nothing_found_says_so_and_repeats_the_question_safely()
    {
        var page = await RenderAsync("<script>alert(1)</script>", null, "en");
        page.QuerySelector("script").ShouldBeNull();
        Text(page).ShouldContain("No model matches “<script>alert(1)</script>”");
    }

    [Fact]
    public async Task A_model_whose_provider_is_not_connected_says_so()
    {
        Text(await RenderAsync("claude-opus-5-5", null, "en")).ShouldContain("Not available here");
        Text(await RenderAsync("gpt-6-astra", null, "en")).ShouldNotContain("Not available here");
    }

    [Fact]
    public void Every_text_exists_in_both_languages_and_no_page_names_another()
    {
        var resources = new ResourceManager(typeof(CatalogText));
        HashSet<string> Keys(string culture) =>
            [
                .. resources
                    .GetResourceSet(CultureInfo.GetCultureInfo(culture), true, false)!
                    .Cast<System.Collections.DictionaryEntry>()
                    .Select(entry => (string)entry.Key),
            ];
        var keys = Keys("");
        Keys("ru").ShouldBe(keys, ignoreOrder: true);
        keys.IsSupersetOf(Snapshot.Models.SelectMany(it => it.Badges).Select(it => "badge." + it))
            .ShouldBeTrue();
        keys.IsSupersetOf(Snapshot.Models.SelectMany(it => it.Efforts).Select(it => "effort." + it))
            .ShouldBeTrue();
        keys.IsSupersetOf(Enum.GetNames<ModelGroup>().Select(it => "group." + it)).ShouldBeTrue();
        keys.IsSupersetOf(Enum.GetNames<ModelStatus>().Select(it => "status." + it)).ShouldBeTrue();
    }

    private static CatalogSnapshot Of(CatalogSeed seed) =>
        new(
            1,
            seed.Providers,
            [.. seed.Models.Select(model => model.Info)],
            seed.Models.SelectMany(model =>
                PriceChange
                    .Of(model.Info.Id, [], model.Prices, CatalogHost.Today, NetRoom.Kernel.Ids.New)
                    .Begins
            )
        );

    private static async Task<IHtmlDocument> RenderAsync(string? q, string? group, string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(
            language
        );
        var listing = ListModels.Find(q, group, Snapshot, new OnlyOpenAi(), CatalogHost.Today);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddLocalization()
            .AddSingleton<IEnumerable<EndpointDataSource>>([])
            .AddSingleton<StaticAssets>()
            .AddSingleton<IHttpContextAccessor>(
                new HttpContextAccessor { HttpContext = new DefaultHttpContext() }
            )
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(
            services,
            services.GetRequiredService<ILoggerFactory>()
        );
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync<ModelList>(
                    ParameterView.FromDictionary(
                        new Dictionary<string, object?> { ["Listing"] = listing }
                    )
                )
            ).ToHtmlString()
        );
        return new HtmlParser().ParseDocument(html);
    }

    private static string Text(IHtmlDocument page) =>
        string.Join(
            ' ',
            page.Body!.GetDescendants()
                .OfType<IText>()
                .SelectMany(text =>
                    text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
        );
}
