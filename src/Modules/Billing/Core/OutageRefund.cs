using System.Collections.Immutable;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// The service was down for <see cref="Least"/> on end or longer, and the person asked within <see cref="AskWithin"/> of its
/// return; both limits count to the instant. Own measured outages and claims with evidence count, and where they overlap or
/// touch they are one; apart, they do not add up. An outage that goes on is measured to the time of asking.
/// Due of a paid term: floor(price × time down within the term / term) of each share, to the balance, at most what was not
/// returned. Of a top-up: its unspent real money, which is due without an outage too.
/// </summary>
internal static class OutageRefund
{
    public static readonly TimeSpan Least = TimeSpan.FromHours(24);
    public static readonly TimeSpan AskWithin = TimeSpan.FromHours(72);

    public static RefundDecision Look(
        RefundDocket docket,
        RefundSubject.Term term,
        RefundFacts facts
    )
    {
        if (docket.Refuses(IsWrong(term), RefundClause.FiguresWrong, RefundClause.FiguresAgree))
        {
            return docket.Nothing();
        }

        var proven = Proven(facts);
        var lasting = proven.RemoveAll(down => down.Until - down.From < Least);
        var inTime = lasting.RemoveAll(down => facts.AskedAt - down.Until > AskWithin);
        var open = inTime.RemoveAll(down => down.Settled);
        return
            docket.Refuses(proven.IsEmpty, RefundClause.OutageUnproven, RefundClause.OutageProven)
            || docket.Refuses(lasting.IsEmpty, RefundClause.OutageShort, RefundClause.OutageLong)
            || docket.Refuses(inTime.IsEmpty, RefundClause.OutageLate, RefundClause.OutageInTime)
            || docket.Refuses(open.IsEmpty, RefundClause.OutageSettled, RefundClause.OutageOpen)
            ? docket.Nothing()
            : docket.Settle(
                RefundClause.OutageShare,
                RefundClause.OutageNoShare,
                toBalance: Share(term, open, term.PriceReal, term.ReturnedReal),
                bonus: Share(term, open, term.PriceBonus, term.ReturnedBonus)
            );
    }

    private static Money Share(
        RefundSubject.Term term,
        ImmutableArray<Stretch> down,
        Money price,
        Money returned
    )
    {
        var ticks = down.Sum(stretch =>
            Math.Max(
                0,
                (Earlier(stretch.Until, term.Ends) - Later(stretch.From, term.Starts)).Ticks
            )
        );
        var share = Figures.Share(price.Micro, ticks, (term.Ends - term.Starts).Ticks);
        return Money.Min(new Money(share), price - returned);
    }

    /// <summary>What counts, begun before the asking, merged where it overlaps or touches; a part settled settles the whole.</summary>
    private static ImmutableArray<Stretch> Proven(RefundFacts facts)
    {
        var merged = ImmutableArray.CreateBuilder<Stretch>();
        foreach (
            var next in facts
                .Downtimes.Where(down => down.Proof != DowntimeProof.None)
                .Select(down => new Stretch(down.From, End(down, facts.AskedAt), down.Settled))
                .Where(down => down.From < facts.AskedAt && down.From < down.Until)
                .OrderBy(down => down.From)
        )
        {
            if (merged.Count > 0 && next.From <= merged[^1].Until)
            {
                var last = merged[^1];
                merged[^1] = new Stretch(
                    last.From,
                    Later(last.Until, next.Until),
                    last.Settled || next.Settled
                );
            }
            else
            {
                merged.Add(next);
            }
        }

        return merged.ToImmutable();
    }

    /// <summary>A claim cannot reach past the asking; what was measured afterwards is known.</summary>
    private static DateTimeOffset End(Downtime down, DateTimeOffset askedAt) =>
        down switch
        {
            { Until: null } => askedAt,
            { Until: { } until, Proof: DowntimeProof.Measured } => until,
            { Until: { } until } => Earlier(until, askedAt),
        };

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static bool IsWrong(RefundSubject.Term term) =>
        term.Ends <= term.Starts
        || Money.Min(term.ReturnedReal, term.ReturnedBonus) < Money.Zero
        || term.ReturnedReal > term.PriceReal
        || term.ReturnedBonus > term.PriceBonus;

    private sealed record Stretch(DateTimeOffset From, DateTimeOffset Until, bool Settled);
}
