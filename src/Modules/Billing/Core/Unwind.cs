using System.Collections.Immutable;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>What became of one part of a hold, in µ₽ or tokens: Taken + Returned is what was held of the lot.</summary>
public sealed record CapturedPart(Guid Lot, long Taken, long Returned);

/// <summary>Walks the recorded parts of a hold. Never sorts them again: later changes of a lot's expiry do not matter.</summary>
public static class Unwind
{
    /// <summary>
    /// Takes <paramref name="taken"/> from the parts in their recorded order; the tail goes back to the lots it came from.
    /// Refuses a figure below zero ("billing.figures_wrong") and more than the parts hold ("billing.figures_exceeded").
    /// </summary>
    /// <param name="parts">As the hold recorded them, in µ₽ or tokens.</param>
    /// <param name="taken">In the same units; zero is a release.</param>
    public static Outcome<ImmutableArray<CapturedPart>> Capture(
        IReadOnlyList<LotPart> parts,
        long taken
    )
    {
        if (Refusal(parts, taken) is { } refusal)
        {
            return refusal;
        }

        var captured = ImmutableArray.CreateBuilder<CapturedPart>(parts.Count);
        foreach (var part in parts)
        {
            var take = Math.Min(part.Amount, taken);
            captured.Add(new CapturedPart(part.Lot, take, part.Amount - take));
            taken -= take;
        }

        return captured.MoveToImmutable();
    }

    private static Problem? Refusal(IReadOnlyList<LotPart> parts, long taken)
    {
        if (taken < 0 || parts.Any(part => part.Amount < 0))
        {
            return Figures.Wrong;
        }

        var sum = parts.Aggregate((Int128)0, (sum, part) => sum + part.Amount);
        return taken > sum ? Figures.Exceeded : null;
    }
}
