using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// Revenue of a price that is earned in equal parts: tokens of a pack, days of a term. By the cumulative floor, so that the
/// parts sum to the price exactly. Refuses ("billing.figures_wrong") what is below zero, no parts, or a part that is not there.
/// </summary>
public static class Recognition
{
    /// <summary>Earned by the first <paramref name="done"/> of <paramref name="count"/> parts: floor(done × price / count).</summary>
    public static Outcome<Money> Earned(Money price, long done, long count) =>
        price < Money.Zero || count <= 0 || done < 0 || done > count
            ? Figures.Wrong
            : new Money(Figures.Share(price.Micro, done, count));

    /// <summary>Part <paramref name="number"/>, from 1: floor(n·P/N) − floor((n−1)·P/N). Parts differ by 1 µ₽ at most.</summary>
    public static Outcome<Money> Part(Money price, long number, long count)
    {
        if (number <= 0)
        {
            return Figures.Wrong;
        }

        return
            !Earned(price, number, count).Succeeded(out var now, out var problem)
            || !Earned(price, number - 1, count).Succeeded(out var before, out problem)
            ? problem
            : now - before;
    }
}
