using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// A double or mistaken charge: in full, less what was returned before, to the lots it came from. Grounds in this order: the
/// same run paid twice, the same thing bought twice within <see cref="TwinWithin"/>, a run that failed, a mistake that an
/// operator confirms. After them, why not: taste, a changed mind, a charge that is right.
/// </summary>
internal static class ChargeRefund
{
    /// <summary>A second purchase of the same thing this soon after the first, to the instant, is a slip.</summary>
    public static readonly TimeSpan TwinWithin = TimeSpan.FromMinutes(10);

    public static RefundDecision Look(
        RefundDocket docket,
        RefundSubject.Charge charge,
        RefundReason reason
    )
    {
        if (
            docket.Refuses(IsWrong(charge), RefundClause.FiguresWrong, RefundClause.FiguresAgree)
            || docket.Refuses(
                charge.Real == charge.ReturnedReal && charge.Bonus == charge.ReturnedBonus,
                RefundClause.ChargeReturned,
                RefundClause.ChargeStands
            )
        )
        {
            return docket.Nothing();
        }

        var twin = charge.TwinAt is { } first && charge.At - first <= TwinWithin;
        if (
            docket.Grants(charge.RunPaidTwice, RefundClause.RunPaidTwice, RefundClause.RunPaidOnce)
            || docket.Grants(twin, RefundClause.BoughtTwice, RefundClause.BoughtOnce)
            || docket.Grants(charge.RunFailed, RefundClause.RunFailed, RefundClause.RunDelivered)
            || docket.Grants(charge.Mistaken, RefundClause.Mistaken, RefundClause.NotMistaken)
        )
        {
            return docket.Decide(
                Money.Zero,
                charge.Real - charge.ReturnedReal,
                charge.Bonus - charge.ReturnedBonus
            );
        }

        return
            docket.Refuses(reason == RefundReason.Taste, RefundClause.Taste, RefundClause.NotTaste)
            || docket.Refuses(
                reason == RefundReason.ChangedMind,
                RefundClause.ChangedMind,
                RefundClause.NotChangedMind
            )
            ? docket.Nothing()
            : docket.Settle(RefundClause.ChargeRight, RefundClause.ChargeRight);
    }

    private static bool IsWrong(RefundSubject.Charge charge) =>
        Money.Min(charge.ReturnedReal, charge.ReturnedBonus) < Money.Zero
        || charge.ReturnedReal > charge.Real
        || charge.ReturnedBonus > charge.Bonus
        || charge.TwinAt > charge.At;
}
