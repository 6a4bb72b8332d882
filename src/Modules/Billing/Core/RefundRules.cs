namespace NetRoom.Billing.Core;

/// <summary>
/// The rules of refunds. The order is fixed: the account (deleted, then sanctioned), the purchase (is it what was asked
/// about), its figures, then the clauses of what was asked, each as its class says. The first that refuses or grants decides.
/// </summary>
public static class RefundRules
{
    /// <summary>Answers what is due by which clause, or why nothing is. Asks no clock and no database.</summary>
    public static RefundDecision Decide(RefundFacts facts)
    {
        var docket = new RefundDocket();
        var account = facts.Account;
        return
            docket.Refuses(account.Deleted, RefundClause.AccountDeleted, RefundClause.AccountExists)
            || docket.Refuses(
                account.Sanctioned,
                RefundClause.AccountSanctioned,
                RefundClause.AccountInOrder
            )
            || docket.Refuses(
                !IsOf(facts.Asked, facts.Subject),
                RefundClause.NoPurchase,
                RefundClause.PurchaseFound
            )
            ? docket.Nothing()
            : facts.Subject switch
            {
                RefundSubject.TopUp payment => TopUpRefund.Look(
                    docket,
                    payment,
                    account.OwedReal,
                    facts.AskedAt
                ),
                RefundSubject.Charge charge => ChargeRefund.Look(docket, charge, facts.Reason),
                RefundSubject.Pack pack => PackRefund.Look(docket, pack, facts.AskedAt),
                RefundSubject.Plan plan => PlanRefund.Look(docket, plan, facts.AskedAt),
                RefundSubject.Term term => OutageRefund.Look(docket, term, facts),
                _ => docket.Nothing(),
            };
    }

    private static bool IsOf(RefundAsk asked, RefundSubject? subject) =>
        (asked, subject)
            is
                (RefundAsk.TopUp or RefundAsk.Outage, RefundSubject.TopUp)
                or
                (RefundAsk.Charge, RefundSubject.Charge)
                or
                (RefundAsk.Outage, RefundSubject.Term)
                or
                (RefundAsk.Pack, RefundSubject.Pack)
                or
                (RefundAsk.Plan, RefundSubject.Plan);
}
