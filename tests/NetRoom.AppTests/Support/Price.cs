using NetRoom.Kernel;

namespace NetRoom.AppTests.Support;

/// <summary>
/// What a sandbox call must cost, worked out apart from the application: the seed's $0.50 and $2 per million tokens, at 95 roubles
/// a dollar and 20 % of margin, rounded up to a hundredth of a kopeck.
/// </summary>
public static class Price
{
    private const decimal RoublesPerDollar = 95m * 1.2m;

    public static Money Of(ProviderCall call) =>
        Of(
            call.InputTokens - call.CachedTokens - call.CacheWrittenTokens,
            call.OutputTokens,
            call.CachedTokens,
            call.CacheWrittenTokens
        );

    public static Money Of(long input, long output, long cached = 0, long written = 0)
    {
        var dollars =
            (input * 0.50m + cached * 0.05m + written * 0.625m + output * 2m) / 1_000_000m;
        var micro = dollars * RoublesPerDollar * Money.MicroPerRouble;
        var quantum = micro >= Money.MicroPerRouble ? Money.MicroPerKopeck : 100;
        return new Money((long)Math.Ceiling(micro / quantum) * quantum);
    }
}
