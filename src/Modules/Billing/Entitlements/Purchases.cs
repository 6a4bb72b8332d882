using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Entitlements;

/// <summary>Purchases from the balance, each in one transaction: hold, capture, delivery. The purchase's id is its hold's.</summary>
internal sealed class Purchases(NetRoomDb db, ProductShelf shelf)
{
    /// <param name="starts">Null: now.</param>
    /// <param name="follows">The entitlement that this renews or replaces.</param>
    /// <returns>The id of the entitlement or of the pack's lot: the purchase's own.</returns>
    public async Task<Outcome<Guid>> BuyAsync(
        Guid accountId,
        Guid purchaseId,
        string productId,
        bool renews,
        DateTimeOffset? starts,
        Guid? follows,
        CancellationToken cancel
    )
    {
        if (
            await shelf.FindOnSaleAsync(productId, cancel) is not { } product
            || product.Kind == ProductKind.Free
        )
            return Problem.NotFound("billing.no_product");

        var own = db.Transaction is null ? await db.Database.BeginTransactionAsync(cancel) : null;
        await using (own)
        {
            var held = await HoldAsync(accountId, purchaseId, product, cancel);
            if (held is "replayed" or "resolved")
                return await IsOfAsync(purchaseId, product.Id, follows, cancel)
                    ? purchaseId
                    : Ledger.RareMovements.Refused("reused");
            if (held != "held")
                return await RefusedAsync(accountId, product, held, cancel);
            await RunAsync(
                "SELECT outcome FROM billing.resolve(ARRAY[$1], ARRAY[$2], ARRAY[0::bigint], ARRAY[$2], ARRAY[false], ARRAY[NULL::jsonb], ARRAY['purchase'])",
                "done",
                cancel,
                purchaseId,
                product.Price.Micro
            );
            await RunAsync(
                "SELECT outcome FROM billing.deliver($1, $2, $3, $1, coalesce($4::timestamptz, billing.clock()), $5::uuid, $6)",
                "delivered",
                cancel,
                purchaseId,
                product.Id,
                product.Version,
                starts?.ToUniversalTime(),
                follows,
                renews && product.Kind != ProductKind.Pack
            );
            if (own is not null)
                await own.CommitAsync(cancel);
        }

        return purchaseId;
    }

    private async Task<string> HoldAsync(
        Guid accountId,
        Guid purchaseId,
        Product product,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT outcome FROM billing.hold(
                ARRAY[$1], ARRAY[$2], ARRAY[$1], ARRAY[$3], ARRAY['RUB'], ARRAY[3::smallint], ARRAY[$4::smallint],
                ARRAY[NULL::text], ARRAY[$5], ARRAY[NULL::uuid], ARRAY[NULL::integer], ARRAY[NULL::jsonb],
                ARRAY[billing.clock() + interval '1 hour'])
            """,
            cancel
        );
        Ledger.RareMovements.Add(
            command,
            [
                purchaseId,
                accountId,
                product.Price.Micro,
                (int)DeferredAccount(product.Kind),
                product.Id,
            ]
        );
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>A replay is of the same product; that it is this person's and of this price, its hold has said.</summary>
    private async Task<bool> IsOfAsync(
        Guid purchaseId,
        string productId,
        Guid? follows,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT EXISTS (SELECT FROM billing.lot WHERE id = $1 AND asset = 'TOK:' || $2)
                OR EXISTS (SELECT FROM billing.entitlement WHERE id = $1 AND product_id = $2 AND follows IS NOT DISTINCT FROM $3::uuid)
            """,
            cancel
        );
        Ledger.RareMovements.Add(command, [purchaseId, productId, follows]);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task<Problem> RefusedAsync(
        Guid accountId,
        Product product,
        string outcome,
        CancellationToken cancel
    )
    {
        if (outcome != "short")
            return outcome == "frozen"
                ? new Problem(ProblemKind.Forbidden, "billing.wallet_frozen")
                : Ledger.RareMovements.Refused(outcome);
        await using var command = await db.CommandAsync(
            "SELECT coalesce((SELECT billing.spendable(id) FROM billing.wallet WHERE account_id = $1), 0)",
            cancel
        );
        Ledger.RareMovements.Add(command, [accountId]);
        return new Problem(
            ProblemKind.PaymentNeeded,
            "billing.balance_short",
            product.Price,
            new Money((long)(await command.ExecuteScalarAsync(cancel))!)
        );
    }

    private async Task RunAsync(
        string sql,
        string expected,
        CancellationToken cancel,
        params object?[] values
    )
    {
        await using var command = await db.CommandAsync(sql, cancel);
        Ledger.RareMovements.Add(command, values);
        if (await command.ExecuteScalarAsync(cancel) is not string outcome || outcome != expected)
            throw new InvalidOperationException($"A purchase that was held must be {expected}.");
    }

    private static Ledger.LedgerAccount DeferredAccount(ProductKind kind) =>
        kind switch
        {
            ProductKind.Pack => Ledger.LedgerAccount.DeferredPack,
            ProductKind.Unlimited => Ledger.LedgerAccount.DeferredPlan,
            _ => Ledger.LedgerAccount.DeferredSubscription,
        };
}
