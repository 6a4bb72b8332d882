using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Statements;

/// <summary>What may be done with a wallet, and what is owed on it.</summary>
/// <param name="DebtReal">For a payment that was taken back: nothing can be spent until it is paid.</param>
/// <param name="DebtBonus">For a spent bonus that was taken back: it lessens what can be spent.</param>
/// <param name="Jobs">Running jobs that hold something.</param>
public sealed record WalletStanding(
    bool IsFrozen,
    bool IsClosed,
    Money DebtReal,
    Money DebtBonus,
    long Jobs
)
{
    private static readonly WalletStanding None = new(false, false, default, default, 0);

    internal static async Task<WalletStanding> OfAsync(
        NetRoomDb db,
        Guid accountId,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT w.status, w.debt_real, w.debt_bonus,
                   (SELECT count(*) FROM billing.hold AS h WHERE h.wallet_id = w.id AND h.sweep_at IS NOT NULL AND h.amount > 0)
              FROM billing.wallet AS w WHERE w.account_id = $1
            """,
            cancel
        );
        command.Parameters.Add(new NpgsqlParameter { Value = accountId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new WalletStanding(
                row.GetInt16(0) == 1,
                row.GetInt16(0) == 2,
                row.Money(1),
                row.Money(2),
                row.GetInt64(3)
            )
            : None;
    }
}
