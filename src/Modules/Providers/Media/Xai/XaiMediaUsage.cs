using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Xai;

/// <summary>cost_in_usd_ticks: the exact price, ten thousand million to the dollar.</summary>
internal static class XaiMediaUsage
{
    private const decimal TicksPerDollar = 10_000_000_000;

    public static MediaUsage Read(JsonElement usage, Usage produced) =>
        new(
            Planned.Cost(usage.Number("cost_in_usd_ticks") / TicksPerDollar),
            produced,
            usage.ValueKind == JsonValueKind.Object ? usage.GetRawText() : null
        );
}
