using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>A price by the class of the money that paid it.</summary>
public readonly record struct PriceParts(Money Real, Money Bonus);

/// <summary>
/// What of a bought term is unused: the lesser of its time and, where its runs are counted, of its runs. Floored, each class apart.
/// </summary>
public static class UnusedShare
{
    /// <param name="unitLimit">Runs in the whole term; null where they are not counted.</param>
    /// <param name="unitsUsed">Used and held.</param>
    public static PriceParts Of(
        PriceParts price,
        DateTimeOffset starts,
        DateTimeOffset ends,
        DateTimeOffset now,
        int? unitLimit,
        long unitsUsed
    )
    {
        var (left, whole) = (
            Math.Clamp((ends - now).Ticks, 0, (ends - starts).Ticks),
            (ends - starts).Ticks
        );
        if (unitLimit is { } limit)
        {
            var unitsLeft = Math.Clamp(limit - unitsUsed, 0, limit);
            if ((Int128)unitsLeft * whole < (Int128)left * limit)
                (left, whole) = (unitsLeft, limit);
        }

        return new PriceParts(Share(price.Real), Share(price.Bonus));

        Money Share(Money part) => new((long)((Int128)part.Micro * left / whole));
    }
}
