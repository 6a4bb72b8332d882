using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// A pack: floor(unused × price_real / tokens) as money to the balance, the same of price_bonus as bonus. Looked at in this
/// order: returned before, expired at the time of asking, tokens held (the request waits), nothing left.
/// Together with what the used tokens have earned it never passes the price.
/// </summary>
public static class PackRefund
{
    /// <param name="at">When it was asked.</param>
    public static RefundDecision Of(RefundSubject.Pack pack, DateTimeOffset at) =>
        Look(new RefundDocket(), pack, at);

    internal static RefundDecision Look(
        RefundDocket docket,
        RefundSubject.Pack pack,
        DateTimeOffset at
    ) =>
        docket.Refuses(IsWrong(pack), RefundClause.FiguresWrong, RefundClause.FiguresAgree)
        || docket.Refuses(pack.Returned, RefundClause.PackReturned, RefundClause.PackStands)
        || docket.Refuses(at >= pack.ExpiresAt, RefundClause.PackExpired, RefundClause.PackInDate)
        || docket.Refuses(pack.Held > 0, RefundClause.PackInUse, RefundClause.PackIdle)
            ? docket.Nothing()
            : docket.Settle(
                RefundClause.PackUnused,
                RefundClause.PackUsedUp,
                toBalance: Share(pack, pack.PriceReal),
                bonus: Share(pack, pack.PriceBonus)
            );

    private static Money Share(RefundSubject.Pack pack, Money price) =>
        new(Figures.Share(price.Micro, pack.Unused, pack.Tokens));

    private static bool IsWrong(RefundSubject.Pack pack) =>
        pack.Tokens <= 0
        || Math.Min(pack.Unused, pack.Held) < 0
        || Money.Min(pack.PriceReal, pack.PriceBonus) < Money.Zero
        || (Int128)pack.Unused + pack.Held > pack.Tokens;
}
