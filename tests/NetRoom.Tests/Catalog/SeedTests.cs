using NetRoom.Catalog;
using NetRoom.Catalog.Seed;

namespace NetRoom.Tests.Catalog;

public sealed class SeedTests
{
    private static readonly CatalogSeed Seed = CatalogSeed.Of(
        SeedDocument.Embedded(),
        new CatalogOptions { SandboxBaseUrl = "http://sandbox" }
    );

    [Fact]
    public void Every_model_has_a_price_from_the_beginning_and_a_description_in_both_languages()
    {
        Seed.Models.Count.ShouldBeGreaterThan(75);
        foreach (var model in Seed.Models)
        {
            model.Prices[0].From.ShouldBe(CatalogSeed.Beginning, model.Info.Id);
            model.Info.DescriptionEn.ShouldNotBeNullOrWhiteSpace(model.Info.Id);
            model.Info.DescriptionRu.ShouldMatch("[а-яё]", model.Info.Id);
        }
    }

    [Fact]
    public void Ids_are_unique_and_successors_exist()
    {
        var ids = Seed.Models.Select(model => model.Info.Id).ToHashSet();
        ids.Count.ShouldBe(Seed.Models.Count);
        Seed.Models.ShouldAllBe(model =>
            model.Info.SuccessorId == null || ids.Contains(model.Info.SuccessorId)
        );
        ids.ShouldContain("sandbox-echo");
        ids.ShouldContain("sandbox-claude-thinker");
        ids.ShouldContain("fault-both-reasoning");
        ids.ShouldContain("fault-claude-start-twice");
    }

    [Theory]
    [InlineData("0.10", 1_000_000, 11_400_000)] // 0.10 $ x 95 ₽ x 1.2 = 11.40 ₽ per 1M tokens
    [InlineData("0.0036", 1_000_000, 410_400)]
    [InlineData("0.02", 1, 2_280_000_000_000)] // 2.28 ₽ an image
    [InlineData("0.27", 3_600, 8_550_000_000)] // 8.55 ₽ for 1,000 s of audio
    [InlineData("0.015", 1_000, 1_710_000_000)] // 1.71 ₽ per 1,000 characters
    [InlineData("0.00000001", 1_000_000, 2)] // 1.14 nano-roubles, rounded up
    [InlineData("0", 1_000_000, 0)]
    public void Dollars_become_nano_roubles_exactly(string dollars, long per, long nano) =>
        new RoubleConversion(new CatalogOptions()).NanoPerThousand(dollars, per).ShouldBe(nano);

    [Fact]
    public void A_margin_with_decimals_is_rounded_up_once() =>
        new RoubleConversion(
            new CatalogOptions { RoublesPerDollar = "93.4711", MarginPercent = "17.5" }
        )
            .NanoPerThousand("0.0028", 1_000_000)
            .ShouldBe(307_520); // 0.0028 x 93.4711 x 1.175 = 0.307519919 ₽ per 1M

    [Theory]
    [InlineData("gpt-6-astra", "2026-11-20T12:00Z", 272_001, UnitKind.Input, "20")]
    [InlineData("gpt-6-astra", "2026-11-20T12:00Z", 272_000, UnitKind.Input, "10")]
    [InlineData("claude-haiku-5-5", "2026-11-20T12:00Z", 100_001, UnitKind.CacheWrite5m, "0.625")]
    [InlineData("grok-4.6", "2026-11-20T12:00Z", 200_000, UnitKind.Output, "12")]
    [InlineData("deepseek-v4-flash", "2026-11-17T02:00Z", 0, UnitKind.Input, "0.44")]
    [InlineData("deepseek-v4-flash", "2026-11-17T06:30Z", 0, UnitKind.Output, "1.32")]
    [InlineData("deepseek-v4-flash", "2026-11-22T02:00Z", 0, UnitKind.Input, "0.22")]
    [InlineData("deepseek-v4-flash", "2026-08-16T02:00Z", 0, UnitKind.Input, "0.14")]
    [InlineData("gemini-4-argon", "2026-11-30T23:59Z", 0, UnitKind.Input, "2")]
    [InlineData("gemini-4-argon", "2026-12-01T00:00Z", 0, UnitKind.Input, "4")]
    [InlineData("gemini-3.8-flash", "2026-12-31T12:00Z", 0, UnitKind.Output, "3.75")]
    [InlineData("gemini-3.8-flash", "2027-01-01T00:00Z", 0, UnitKind.Output, "7.50")]
    [InlineData("claude-sonnet-5-5", "2026-10-06T12:00Z", 0, UnitKind.CachedInput, "0.20")]
    [InlineData("claude-sonnet-5-5", "2026-10-07T00:00Z", 0, UnitKind.CachedInput, "0.10")]
    public void A_known_price_list_reads_back(
        string id,
        string moment,
        long promptTokens,
        UnitKind unit,
        string dollars
    )
    {
        var at = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
        Seed.Models.Single(model => model.Info.Id == id)
            .Prices.Last(price => price.From <= at)
            .Card.Freeze(at)
            .Find(unit, null, promptTokens)!
            .NanoPerThousand.ShouldBe(Seed.Conversion.NanoPerThousand(dollars, 1_000_000));
    }

    [Fact]
    public void A_model_that_searches_the_web_has_a_price_for_it()
    {
        var document = SeedDocuments.With(
            "deepseek-v4-pro",
            model => model with { Badges = [Badges.Web] }
        );
        Should
            .Throw<InvalidOperationException>(() => CatalogSeed.Of(document, new CatalogOptions()))
            .Message.ShouldContain("no rate for SearchCall");
    }

    [Fact]
    public void Without_a_sandbox_its_models_are_gone()
    {
        var models = CatalogSeed.Of(SeedDocument.Embedded(), new CatalogOptions()).Models;
        models
            .Where(model => model.Info.IsSandbox)
            .ShouldAllBe(model => model.Info.Status == ModelStatus.Gone);
    }

    [Theory]
    [InlineData("output", "Output")]
    [InlineData("input", "Input")]
    [BillingFailure(13)]
    public void A_text_model_without_a_needed_rate_stops_the_start(string missing, string named)
    {
        var document = SeedDocuments.With(
            "gpt-5-mini",
            model =>
                model with
                {
                    Prices =
                    [
                        model.Prices[0] with
                        {
                            Rates =
                            [
                                model
                                    .Prices[0]
                                    .Rates[0]
                                    .Where(rate => rate.Key != missing)
                                    .ToDictionary(),
                            ],
                        },
                    ],
                }
        );
        var failure = Should.Throw<InvalidOperationException>(() =>
            CatalogSeed.Of(document, new CatalogOptions())
        );
        failure.Message.ShouldContain("gpt-5-mini");
        failure.Message.ShouldContain(named);
    }

    [Fact]
    public void A_step_that_forgets_a_unit_stops_the_start()
    {
        var document = SeedDocuments.With(
            "grok-4.6",
            model =>
                model with
                {
                    Prices =
                    [
                        model.Prices[0] with
                        {
                            Rates =
                            [
                                model.Prices[0].Rates[0],
                                model
                                    .Prices[0]
                                    .Rates[1]
                                    .Where(rate => rate.Key != "cachedInput")
                                    .ToDictionary(),
                            ],
                        },
                    ],
                }
        );
        Should
            .Throw<InvalidOperationException>(() => CatalogSeed.Of(document, new CatalogOptions()))
            .Message.ShouldContain("grok-4.6 has no rate for CachedInput");
    }

    [Theory]
    [InlineData("95,00", "20")]
    [InlineData("0", "20")]
    [InlineData("95", "-5")]
    [InlineData("95", "12.34567")]
    [InlineData("", "20")]
    public void A_setting_that_is_not_a_plain_number_is_refused(string rate, string margin)
    {
        var setup = new CatalogOptionsSetup(
            new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()
        );
        setup
            .Validate(null, new() { RoublesPerDollar = rate, MarginPercent = margin })
            .Failed.ShouldBeTrue();
        setup.Validate(null, new()).Succeeded.ShouldBeTrue();
    }
}
