using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// An unlimited plan: max(0, price_real − generations × the price of one at the time of the request) as money. What the
/// generations cost above the real share comes off the bonus share, and what is left of that comes back as bonus. Looked at in this
/// order: returned before, asked after the window, generations in flight (the request waits), nothing left.
/// </summary>
public static class PlanRefund
{
    /// <param name="at">When it was asked; the window's last instant still counts.</param>
    public static RefundDecision Of(RefundSubject.Plan plan, DateTimeOffset at) =>
        Look(new RefundDocket(), plan, at);

    internal static RefundDecision Look(
        RefundDocket docket,
        RefundSubject.Plan plan,
        DateTimeOffset at
    )
    {
        if (
            docket.Refuses(IsWrong(plan), RefundClause.FiguresWrong, RefundClause.FiguresAgree)
            || docket.Refuses(plan.Returned, RefundClause.PlanReturned, RefundClause.PlanStands)
            || docket.Refuses(at > plan.RefundUntil, RefundClause.PlanLate, RefundClause.PlanInTime)
            || docket.Refuses(plan.InFlight > 0, RefundClause.PlanInUse, RefundClause.PlanIdle)
        )
        {
            return docket.Nothing();
        }

        var cost = (Int128)plan.Used * plan.TokenPrice.Micro;
        return docket.Settle(
            RefundClause.PlanUnused,
            RefundClause.PlanUsedUp,
            toBalance: Rest(plan.PriceReal, cost),
            bonus: Rest(plan.PriceBonus, Int128.Max(0, cost - plan.PriceReal.Micro))
        );
    }

    private static Money Rest(Money price, Int128 used) =>
        new((long)Int128.Max(0, price.Micro - used));

    private static bool IsWrong(RefundSubject.Plan plan) =>
        Math.Min(plan.Used, plan.InFlight) < 0
        || Money.Min(plan.PriceReal, plan.PriceBonus) < Money.Zero
        || plan.TokenPrice < Money.Zero;
}
