using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Statements;

/// <summary>Money that a running job holds, or a refund that is on its way to the card.</summary>
/// <param name="ModelId">Of a run; null for a refund.</param>
public sealed record OpenHold(Guid JobId, string? ModelId, DateTimeOffset HeldAt, Money Amount);

/// <summary>What may be done with a wallet, what is owed on it and what is held of it.</summary>
/// <param name="DebtReal">For a payment that was taken back: nothing can be spent until it is paid.</param>
/// <param name="DebtBonus">For a spent bonus that was taken back: it lessens what can be spent.</param>
/// <param name="Holds">The newest of those that are open.</param>
public sealed record WalletStanding(
    bool IsFrozen,
    bool IsClosed,
    Money DebtReal,
    Money DebtBonus,
    IReadOnlyList<OpenHold> Holds
)
{
    private static readonly WalletStanding None = new(false, false, default, default, []);

    internal static async Task<WalletStanding> OfAsync(
        NetRoomDb db,
        Guid accountId,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT w.status, w.debt_real, w.debt_bonus, h.job_id, CASE h.kind WHEN 1 THEN h.model_id END, h.held_at, h.amount
              FROM billing.wallet AS w
              LEFT JOIN LATERAL (
                SELECT x.* FROM billing.hold AS x
                 WHERE x.wallet_id = w.id AND x.sweep_at IS NOT NULL AND x.asset = 'RUB' AND x.amount > 0
                 ORDER BY x.held_at DESC LIMIT 10
              ) AS h ON true
             WHERE w.account_id = $1
            """,
            cancel
        );
        command.Parameters.Add(new NpgsqlParameter { Value = accountId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        var standing = None;
        List<OpenHold> holds = [];
        while (await row.ReadAsync(cancel))
        {
            standing = new WalletStanding(
                row.GetInt16(0) == 1,
                row.GetInt16(0) == 2,
                row.Money(1),
                row.Money(2),
                holds
            );
            if (row.Id(3) is { } job)
                holds.Add(new OpenHold(job, row.Text(4), row.Time(5), row.Money(6)));
        }

        return standing;
    }
}
