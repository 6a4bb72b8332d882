using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// An unlimited plan: the price less generations × the price of one at the time of the request, not below nothing. What was
/// used comes off the bonus share of the price first and off the real share after it, as bonuses are spent first; so
/// money = max(0, price_real − max(0, used × token_price − price_bonus)), at most price_real, and of a plan bought with money
/// alone max(0, price_real − used × token_price). What is left of the bonus share comes back as bonus. Looked at in this
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
        var offReal = Int128.Max(0, cost - plan.PriceBonus.Micro);
        return docket.Settle(
            RefundClause.PlanUnused,
            RefundClause.PlanUsedUp,
            toBalance: Rest(plan.PriceReal, offReal),
            bonus: Rest(plan.PriceBonus, cost)
        );
    }

    private static Money Rest(Money price, Int128 used) =>
        new((long)Int128.Max(0, price.Micro - used));

    private static bool IsWrong(RefundSubject.Plan plan) =>
        Math.Min(plan.Used, plan.InFlight) < 0
        || Money.Min(plan.PriceReal, plan.PriceBonus) < Money.Zero
        || plan.TokenPrice < Money.Zero;
}
