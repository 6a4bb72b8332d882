using System.Collections.Immutable;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>What a lot is, in the order of burning; the numbers are those of billing.lot.class.</summary>
public enum BurnClass
{
    Bonus = 1,
    Compensation = 2,
    Real = 3,
    Pack = 4,
}

/// <summary>A lot as a hold sees it.</summary>
/// <param name="ExpiresAt">From this instant on it is not spendable; MaxValue is never.</param>
/// <param name="Available">In units of its asset: µ₽ or tokens.</param>
public sealed record BurnLot(Guid Id, BurnClass Class, DateTimeOffset ExpiresAt, long Available);

/// <summary>So much of one lot, in µ₽ or tokens.</summary>
public sealed record LotPart(Guid Lot, long Amount);

/// <summary>What a hold of some amount takes from which lots.</summary>
public abstract record Allocation
{
    private Allocation() { }

    /// <summary>The parts sum to the amount exactly, each above zero, in the order of burning.</summary>
    public sealed record Enough(ImmutableArray<LotPart> Parts) : Allocation;

    /// <summary>Not enough. <paramref name="Available"/>: what may be taken, in the asset's units, debt already covered.</summary>
    public sealed record NotEnough(long Available) : Allocation;

    /// <summary>A figure that cannot be: "billing.figures_wrong".</summary>
    public sealed record Refused(Problem Problem) : Allocation;

    /// <summary>
    /// Takes <paramref name="amount"/> from the lots in the one total order: class, expiry, id. Lots that have expired at
    /// <paramref name="now"/> do not count. An amount of zero takes nothing and always may.
    /// </summary>
    /// <param name="lots">Of one wallet and one asset, in any order.</param>
    /// <param name="amount">In the asset's units, 0 and up.</param>
    /// <param name="debt">What the rest of the lots must still cover, in the asset's units.</param>
    public static Allocation Of(
        IEnumerable<BurnLot> lots,
        long amount,
        DateTimeOffset now,
        long debt = 0
    )
    {
        var order = InBurnOrder(lots.Where(lot => now < lot.ExpiresAt));
        if (amount < 0 || debt < 0 || order.Any(lot => lot.Available < 0))
        {
            return new Refused(Figures.Wrong);
        }

        if (amount == 0)
        {
            return new Enough([]);
        }

        var sum = order.Aggregate((Int128)0, (sum, lot) => sum + lot.Available);
        if (sum - debt < amount)
        {
            return new NotEnough((long)Int128.Clamp(sum - debt, 0, long.MaxValue));
        }

        var parts = ImmutableArray.CreateBuilder<LotPart>();
        foreach (var lot in order.Where(lot => lot.Available > 0))
        {
            var take = Math.Min(lot.Available, amount);
            parts.Add(new LotPart(lot.Id, take));
            amount -= take;
            if (amount == 0)
            {
                break;
            }
        }

        return new Enough(parts.ToImmutable());
    }

    /// <summary>The one order for holds, expiry and clawback. Ids compare as PostgreSQL compares them.</summary>
    public static IReadOnlyList<BurnLot> InBurnOrder(IEnumerable<BurnLot> lots) =>
        [.. lots.OrderBy(lot => lot.Class).ThenBy(lot => lot.ExpiresAt).ThenBy(lot => lot.Id)];
}
