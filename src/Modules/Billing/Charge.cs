using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Billing;

/// <summary>One line of a receipt: so many units at so many nano-roubles per 1,000.</summary>
public sealed record ChargeLine(
    UnitKind Unit,
    string? Variant,
    long Quantity,
    long NanoPerThousand
);

/// <summary>
/// What a run costs: frozen rates x settled usage x coefficient, rounded up once, capped by the ceiling.
/// </summary>
/// <param name="Amount">What the person pays.</param>
/// <param name="Uncapped">What the usage comes to; above Amount only where the ceiling protected the person.</param>
public sealed record Charge(
    Money Amount,
    Money Uncapped,
    IReadOnlyList<ChargeLine> Lines,
    int CoefficientPpm,
    bool Estimated
)
{
    /// <summary>1 kopeck from 1 ₽ up, a hundredth of a kopeck below.</summary>
    public const long CoarseQuantum = Money.MicroPerKopeck;
    public const long FineQuantum = 100;

    /// <summary>What the run takes of a pack.</summary>
    public long Tokens =>
        (long)
            Lines
                .Where(line => line.Unit <= UnitKind.VideoOutput)
                .Aggregate(
                    (Int128)0,
                    (sum, line) => Int128.Min(sum + line.Quantity, long.MaxValue)
                );

    /// <summary>The one place where a price is computed and rounded.</summary>
    /// <exception cref="UnpricedUnitException">The usage has a unit without a rate.</exception>
    /// <exception cref="OverflowException">The product does not fit: 9.2 trillion roubles and up.</exception>
    public static Charge Compute(RateCard rates, int coefficientPpm, Usage usage, Money ceiling)
    {
        var lines = new List<ChargeLine>(usage.Counts.Count);
        Int128 nanoThousandths = 0;
        foreach (var count in usage.Counts.Where(count => count.Quantity > 0))
        {
            var rate =
                rates.Find(count.Unit, count.Variant, usage.PromptTokens)
                ?? throw new UnpricedUnitException(count.Unit, count.Variant);
            nanoThousandths = checked(
                nanoThousandths + (Int128)rate.NanoPerThousand * count.Quantity
            );
            lines.Add(
                new ChargeLine(count.Unit, count.Variant, count.Quantity, rate.NanoPerThousand)
            );
        }

        var uncapped = RoundUp(
            checked(nanoThousandths * coefficientPpm),
            (Int128)1_000 * 1_000 * 1_000_000
        );
        return new Charge(
            Money.Min(uncapped, ceiling),
            uncapped,
            lines,
            coefficientPpm,
            usage.Estimated
        );
    }

    private static Money RoundUp(Int128 numerator, Int128 perMicro)
    {
        var quantum = numerator >= perMicro * Money.MicroPerRouble ? CoarseQuantum : FineQuantum;
        var step = perMicro * quantum;
        return new Money(checked((long)((numerator + step - 1) / step * quantum)));
    }
}

/// <summary>A unit was used that the price version does not price: the run is not charged and an operator must look.</summary>
public sealed class UnpricedUnitException(UnitKind unit, string? variant)
    : Exception($"No rate for {unit}{(variant is null ? "" : " " + variant)}.");
