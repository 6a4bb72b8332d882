using NetRoom.Billing.Core;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Entitlements;

/// <summary>A bought subscription or plan as it stands, under its wallet's lock.</summary>
internal sealed record BoughtTerm(
    Guid Id,
    Guid? AccountId,
    string ProductId,
    int ProductVersion,
    ProductKind Kind,
    PriceParts Price,
    DateTimeOffset Starts,
    DateTimeOffset Ends,
    DateTimeOffset RefundUntil,
    short Status,
    bool Renews,
    long Used,
    long InFlight,
    Money TokenPrice,
    int? PeriodLimit,
    DateTimeOffset Now
)
{
    public const short Active = 0;
    public const short Refunding = 1;
    public const short Refunded = 2;
    public const short Ended = 3;

    /// <param name="accountId">Whose it must be; null for the service itself.</param>
    /// <returns>Null if there is none of this person's.</returns>
    public static async Task<BoughtTerm?> LockAsync(
        NetRoomDb db,
        Guid? accountId,
        Guid id,
        CancellationToken cancel
    )
    {
        await using (
            var wallet = await db.CommandAsync(
                """
                SELECT 1 FROM billing.wallet AS w
                 WHERE w.id = (SELECT e.wallet_id FROM billing.entitlement AS e WHERE e.id = $1) FOR NO KEY UPDATE
                """,
                cancel
            )
        )
        {
            wallet.Parameters.Add(new NpgsqlParameter { Value = id });
            await wallet.ExecuteScalarAsync(cancel);
        }

        await using var command = await db.CommandAsync(
            """
            SELECT w.account_id, e.product_id, e.product_version, e.kind, e.price_real, e.price_bonus, e.starts, e.ends, e.refund_until,
                   e.status, e.renews, e.used, e.inflight, p.token_price, p.period_limit, billing.clock()
              FROM billing.entitlement AS e
              JOIN billing.wallet AS w ON w.id = e.wallet_id
              JOIN billing.product AS p ON p.id = e.product_id AND p.version = e.product_version
             WHERE e.id = $1 AND e.kind <> 4 AND ($2::uuid IS NULL OR w.account_id = $2)
            """,
            cancel
        );
        Ledger.RareMovements.Add(command, [id, accountId]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new BoughtTerm(
                id,
                reader.IsDBNull(0) ? null : reader.GetGuid(0),
                reader.GetString(1),
                reader.GetInt32(2),
                (ProductKind)reader.GetInt16(3),
                new PriceParts(new Money(reader.GetInt64(4)), new Money(reader.GetInt64(5))),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetFieldValue<DateTimeOffset>(7),
                reader.GetFieldValue<DateTimeOffset>(8),
                reader.GetInt16(9),
                reader.GetBoolean(10),
                reader.GetInt64(11),
                reader.GetInt64(12),
                new Money(reader.GetInt64(13)),
                reader.IsDBNull(14) ? null : reader.GetInt32(14),
                reader.GetFieldValue<DateTimeOffset>(15)
            )
            : null;
    }

    /// <summary>Gives a part of the price back and books the rest as earned; the wallet's lock is ours.</summary>
    public async Task<string> EndAsync(
        NetRoomDb db,
        Guid operationId,
        short status,
        PriceParts back,
        string reason,
        Guid? actor,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            "SELECT outcome FROM billing.end_entitlement($1, $2, $3, $4, $5, $6, $7::uuid)",
            cancel
        );
        Ledger.RareMovements.Add(
            command,
            [operationId, Id, status, back.Real.Micro, back.Bonus.Micro, reason, actor]
        );
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }
}
