using NetRoom.Billing.Core;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Entitlements;

internal sealed class Entitlements(
    NetRoomDb db,
    ProductShelf shelf,
    EntitlementBook book,
    Purchases purchases
) : IEntitlements
{
    public Task<IReadOnlyList<Product>> ProductsAsync(CancellationToken cancel) =>
        shelf.OnSaleAsync(cancel);

    public Task<Outcome<Product>> PublishAsync(Product product, CancellationToken cancel) =>
        shelf.PublishAsync(product, cancel);

    public Task<IReadOnlyList<EntitlementView>> ListAsync(
        Guid accountId,
        CancellationToken cancel
    ) => book.ListAsync(accountId, cancel);

    public Task<Outcome<Guid>> BuyAsync(
        Guid accountId,
        Guid purchaseId,
        string productId,
        bool renews,
        CancellationToken cancel
    ) => purchases.BuyAsync(accountId, purchaseId, productId, renews, null, null, cancel);

    public async Task<Outcome<Guid>> RenewAsync(Guid entitlementId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var term = await BoughtTerm.LockAsync(db, null, entitlementId, cancel);
        if (term is not { AccountId: { } accountId })
            return Problem.NotFound("billing.no_entitlement");
        if (await FollowerAsync(entitlementId, cancel) is { } before)
            return before;
        if (!term.Renews || term.Status >= BoughtTerm.Refunded)
            return new Problem(ProblemKind.Conflict, "billing.ended");

        // Late by an outage of ours: the next term begins when it can be used.
        var starts = term.Ends > term.Now ? term.Ends : term.Now;
        var bought = await purchases.BuyAsync(
            accountId,
            Ids.New(),
            term.ProductId,
            true,
            starts,
            entitlementId,
            cancel
        );
        if (bought.Problem is null)
            await transaction.CommitAsync(cancel);
        return bought;
    }

    public async Task<Outcome<Guid>> UpgradeAsync(
        Guid accountId,
        Guid entitlementId,
        Guid purchaseId,
        string productId,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await BoughtTerm.LockAsync(db, accountId, entitlementId, cancel) is not { } term)
            return Problem.NotFound("billing.no_entitlement");
        if (await FollowerAsync(entitlementId, cancel) is { } before)
            return before == purchaseId
                ? before
                : new Problem(ProblemKind.Conflict, "billing.ended");
        if (term.Status != BoughtTerm.Active || term.Ends <= term.Now)
            return new Problem(ProblemKind.Conflict, "billing.ended");

        // The credit comes first, so that it helps to pay.
        await term.EndAsync(
            db,
            purchaseId,
            BoughtTerm.Ended,
            Unused(term),
            "upgrade",
            null,
            cancel
        );
        var bought = await purchases.BuyAsync(
            accountId,
            purchaseId,
            productId,
            term.Renews,
            null,
            entitlementId,
            cancel
        );
        if (bought.Problem is null)
            await transaction.CommitAsync(cancel);
        return bought;
    }

    public async Task<Outcome<bool>> SetRenewalAsync(
        Guid accountId,
        Guid entitlementId,
        bool renews,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            UPDATE billing.entitlement AS e SET renews = $3
              FROM billing.wallet AS w
             WHERE w.id = e.wallet_id AND w.account_id = $1 AND e.id = $2 AND e.kind <> 4 AND e.status = 0 AND (e.ends > billing.clock() OR e.renews AND NOT $3)
            """,
            cancel
        );
        Ledger.RareMovements.Add(command, [accountId, entitlementId, renews]);
        return await command.ExecuteNonQueryAsync(cancel) == 1
            ? renews
            : Problem.NotFound("billing.no_entitlement");
    }

    public async Task<Outcome<Money>> RefundPackAsync(
        Guid accountId,
        Guid lotId,
        Guid? actor,
        CancellationToken cancel
    ) => await new RefundPack(db).RunAsync(accountId, lotId, actor, cancel);

    public async Task<Outcome<Money>> RefundPlanAsync(
        Guid accountId,
        Guid entitlementId,
        Guid? actor,
        CancellationToken cancel
    ) => await new RefundPlan(db).RunAsync(accountId, entitlementId, actor, cancel);

    private static PriceParts Unused(BoughtTerm term) =>
        UnusedShare.Of(
            term.Price,
            term.Starts,
            term.Ends,
            term.Now,
            term.PeriodLimit,
            term.Used + term.InFlight
        );

    private async Task<Guid?> FollowerAsync(Guid entitlementId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            "SELECT id FROM billing.entitlement WHERE follows = $1",
            cancel
        );
        command.Parameters.Add(new NpgsqlParameter { Value = entitlementId });
        return (Guid?)await command.ExecuteScalarAsync(cancel);
    }
}
