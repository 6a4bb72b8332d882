using NetRoom.Catalog;
using NetRoom.Providers.Media;

namespace NetRoom.Tests.Providers.Media;

/// <summary>Which of the two ways of saying usage a price list can bill.</summary>
public sealed class MediaUsageTests
{
    private static readonly MediaUsage Made = new(
        new Usage([
            new(UnitKind.Input, 12),
            new(UnitKind.ImageOutput, 272),
            new(UnitKind.ReportedCost, 20_000),
        ]),
        new Usage([new(UnitKind.Image, 1, "1024x1024/high")])
    );

    private static RateCard Card(params (UnitKind Unit, string? Variant)[] rates) =>
        new([.. rates.Select(rate => new Rate(rate.Unit, 1_000, rate.Variant))]);

    [Fact]
    public void A_cost_that_the_provider_reported_wins_where_the_list_takes_it() =>
        Made.For(Card((UnitKind.ReportedCost, null), (UnitKind.Image, null)))!
            .Counts.ShouldBe([new(UnitKind.ReportedCost, 20_000)]);

    [Fact]
    public void Counted_tokens_win_over_pictures() =>
        Made.For(
                Card((UnitKind.Input, null), (UnitKind.ImageOutput, null), (UnitKind.Image, null))
            )!
            .Counts.ShouldBe([new(UnitKind.Input, 12), new(UnitKind.ImageOutput, 272)]);

    [Theory]
    [InlineData("1024x1024/high")]
    [InlineData("1024x1024")]
    [InlineData("high")]
    [InlineData(null)]
    public void A_picture_is_priced_by_the_closest_name_that_the_list_has(string? variant) =>
        Made.For(Card((UnitKind.Image, variant), (UnitKind.Input, null)))!
            .Counts.ShouldBe([new(UnitKind.Image, 1, variant)]);

    [Fact]
    public void What_the_list_does_not_price_is_unknown_and_not_free()
    {
        Made.For(Card((UnitKind.Image, "512x512/low"))).ShouldBeNull();
        MediaUsage.Unknown.For(Card((UnitKind.Image, null))).ShouldBeNull();
    }
}
