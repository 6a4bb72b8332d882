using NetRoom.Catalog;

namespace NetRoom.Tests.Catalog;

public sealed class RateCardTests
{
    private static readonly RateWindow Peak = new(
        new TimeOnly(1, 0),
        new TimeOnly(4, 0),
        [
            DayOfWeek.Monday,
            DayOfWeek.Tuesday,
            DayOfWeek.Wednesday,
            DayOfWeek.Thursday,
            DayOfWeek.Friday,
        ]
    );
    private static readonly RateCard Card = new([
        new(UnitKind.Input, 10),
        new(UnitKind.Output, 50),
        new(UnitKind.Input, 20, FromPromptTokens: 272_001),
        new(UnitKind.Output, 75, FromPromptTokens: 272_001),
        new(UnitKind.Image, 7, "1024x1024/low"),
        new(UnitKind.Input, 44, Window: Peak),
    ]);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(272_000, 10)]
    [InlineData(272_001, 20)]
    public void A_long_prompt_is_priced_whole_by_its_step(long promptTokens, long price) =>
        Price(UnitKind.Input, promptTokens).ShouldBe(price);

    [Theory]
    [InlineData(UnitKind.CachedInput, 10)]
    [InlineData(UnitKind.CacheWrite5m, 10)]
    [InlineData(UnitKind.CacheWrite1h, 10)]
    [InlineData(UnitKind.ImageInput, 10)]
    [InlineData(UnitKind.Reasoning, 50)]
    [BillingFailure(11)]
    public void A_missing_rate_costs_the_full_one_and_is_never_free(UnitKind unit, long price) =>
        Price(unit, 1).ShouldBe(price);

    [Fact]
    public void A_unit_without_any_rate_has_no_price()
    {
        Ordinary.Find(UnitKind.SearchCall, null, 0).ShouldBeNull();
        Ordinary.Find(UnitKind.Image, "1024x1024/high", 0).ShouldBeNull();
        Ordinary.Find(UnitKind.Image, "1024x1024/low", 0)!.NanoPerThousand.ShouldBe(7);
    }

    [Theory]
    [InlineData("2026-11-17T02:00:00Z", 44)] // Tuesday
    [InlineData("2026-11-17T05:02:00+03:00", 44)] // the same, told in Moscow time
    [InlineData("2026-11-17T04:00:00Z", 10)] // the end is not inside
    [InlineData("2026-11-22T02:00:00Z", 10)] // Sunday
    public void A_window_replaces_the_ordinary_rate_in_its_hours(string at, long price) =>
        Card.Freeze(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture))
            .Find(UnitKind.Input, null, 0)!
            .NanoPerThousand.ShouldBe(price);

    [Fact]
    public void A_card_has_one_spelling_whatever_the_order_of_its_rates()
    {
        var turned = new RateCard([.. Card.Rates.Reverse()]);
        RatesJson.Same(Card, turned).ShouldBeTrue();
        RatesJson.Same(Card, RatesJson.Read(RatesJson.Write(turned))).ShouldBeTrue();
        RatesJson.Same(Card, new RateCard([.. Card.Rates.Skip(1)])).ShouldBeFalse();
    }

    private static RateCard Ordinary => Card.Freeze(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private static long Price(UnitKind unit, long promptTokens) =>
        Ordinary.Find(unit, null, promptTokens)!.NanoPerThousand;
}
