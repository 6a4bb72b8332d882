using NetRoom.Billing.Core;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Entitlements;

/// <summary>Unused tokens go, and what they cost comes back to the lots that paid for them.</summary>
internal sealed class RefundPack(NetRoomDb db)
{
    /// <summary>What would be due now, for the page; and the tokens that it is computed from.</summary>
    public async Task<(RefundDecision Decision, long Unused)?> DecideAsync(
        Guid accountId,
        Guid lotId,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT l.granted, l.price_real, l.price_bonus, l.avail, l.held, l.expires_at, l.refunded > 0, billing.clock()
              FROM billing.lot AS l
              JOIN billing.wallet AS w ON w.id = l.wallet_id
             WHERE l.id = $2 AND l.class = 4 AND w.account_id = $1
            """,
            cancel
        );
        Ledger.RareMovements.Add(command, [accountId, lotId]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        var pack = new RefundSubject.Pack(
            reader.GetInt64(0),
            new Money(reader.GetInt64(1)),
            new Money(reader.GetInt64(2)),
            reader.GetInt64(3),
            reader.GetInt64(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.GetBoolean(6)
        );
        return (PackRefund.Of(pack, reader.GetFieldValue<DateTimeOffset>(7)), pack.Unused);
    }

    public async Task<Outcome<Money>> RunAsync(
        Guid accountId,
        Guid lotId,
        Guid? actor,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await DecideAsync(accountId, lotId, cancel) is not { } asked)
            return Problem.NotFound("billing.no_pack");
        var (decision, unused) = asked;
        if (!decision.IsDue)
            return new Problem(
                ProblemKind.Conflict,
                decision.Code == RefundClause.PackInUse ? "billing.busy" : "billing.nothing_due"
            );

        await using var command = await db.CommandAsync(
            "SELECT outcome FROM billing.refund_pack($1, $2, $3, $4, $5, $6::uuid)",
            cancel
        );
        Ledger.RareMovements.Add(
            command,
            [Ids.New(), lotId, unused, decision.ToBalance.Micro, decision.Bonus.Micro, actor]
        );
        var outcome = (string)(await command.ExecuteScalarAsync(cancel))!;
        if (outcome != "refunded")
            return Ledger.RareMovements.Refused(outcome);
        await transaction.CommitAsync(cancel);
        return decision.ToBalance + decision.Bonus;
    }
}
