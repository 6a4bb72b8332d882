using NetRoom.Billing.Core;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Entitlements;

/// <summary>
/// An unlimited plan's price less what its generations cost now. While runs are on, the plan starts no new ones and the person asks
/// again; where nothing is due the plan goes on.
/// </summary>
internal sealed class RefundPlan(NetRoomDb db)
{
    public static RefundDecision Decide(BoughtTerm term) =>
        PlanRefund.Of(
            new RefundSubject.Plan(
                term.Price.Real,
                term.Price.Bonus,
                term.Used,
                term.TokenPrice,
                term.RefundUntil,
                term.InFlight,
                term.Status >= BoughtTerm.Refunded
            ),
            term.Now
        );

    public async Task<Outcome<Money>> RunAsync(
        Guid accountId,
        Guid entitlementId,
        Guid? actor,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var term = await BoughtTerm.LockAsync(db, accountId, entitlementId, cancel);
        if (term is not { Kind: ProductKind.Unlimited })
            return Problem.NotFound("billing.no_entitlement");
        if (term.Status >= BoughtTerm.Refunded)
            return new Problem(ProblemKind.Conflict, "billing.ended");

        var decision = Decide(term);
        if (decision.Code == RefundClause.PlanInUse)
        {
            await using var command = await db.CommandAsync(
                "SELECT outcome FROM billing.begin_plan_refund($1)",
                cancel
            );
            Ledger.RareMovements.Add(command, [entitlementId]);
            await command.ExecuteScalarAsync(cancel);
            await transaction.CommitAsync(cancel);
            return new Problem(ProblemKind.Conflict, "billing.busy");
        }

        var back = new PriceParts(decision.ToBalance, decision.Bonus);
        var outcome = await term.EndAsync(
            db,
            Ids.New(),
            decision.IsDue ? BoughtTerm.Refunded : BoughtTerm.Active,
            decision.IsDue ? back : default,
            "plan",
            actor,
            cancel
        );
        if (outcome != "ended")
            return Ledger.RareMovements.Refused(outcome);
        await transaction.CommitAsync(cancel);
        return decision.IsDue
            ? back.Real + back.Bonus
            : new Problem(ProblemKind.Conflict, "billing.nothing_due");
    }
}
