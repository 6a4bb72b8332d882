using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Statements;

/// <summary>Credits of one class that lapse at one time.</summary>
public sealed record BalancePart(LotClass Class, DateTimeOffset? ExpiresAt, Money Amount);

/// <summary>GET /balance?show=…&amp;before=…: what there is, and how it came to be.</summary>
internal static class ShowBalance
{
    public static async Task<IResult> HandleAsync(
        string? show,
        long? before,
        ICurrentAccount account,
        IWallet wallet,
        Statement statement,
        NetRoomDb db,
        CancellationToken cancel
    )
    {
        var filter = show switch
        {
            "spending" => StatementFilter.Spending,
            "credits" => StatementFilter.Credits,
            _ => StatementFilter.All,
        };
        return new PageResult<BalancePage>(
            new
            {
                Balance = await wallet.BalanceAsync(account.Id, cancel),
                Parts = await PartsAsync(db, account.Id, cancel),
                Statement = await statement.PageAsync(account.Id, filter, before, cancel),
            }
        );
    }

    /// <summary>In the order in which they are spent.</summary>
    private static async Task<IReadOnlyList<BalancePart>> PartsAsync(
        NetRoomDb db,
        Guid accountId,
        CancellationToken cancel
    )
    {
        var lots = await db.Set<LotRow>()
            .FromSql(
                $"SELECT l.* FROM billing.lot AS l WHERE l.asset = 'RUB' AND NOT l.closed AND l.avail > 0 AND l.expires_at > billing.clock()"
            )
            .Join(
                db.Set<WalletRow>().Where(wallet => wallet.AccountId == accountId),
                lot => lot.WalletId,
                wallet => wallet.Id,
                (lot, _) => lot
            )
            .GroupBy(lot => new { lot.Class, lot.ExpiresAt })
            .Select(group => new
            {
                group.Key.Class,
                group.Key.ExpiresAt,
                Amount = group.Sum(lot => lot.Avail),
            })
            .ToListAsync(cancel);
        return
        [
            .. lots.OrderBy(lot => (lot.Class, lot.ExpiresAt))
                .Select(lot => new BalancePart(
                    lot.Class,
                    LotRow.Term(lot.ExpiresAt),
                    new Money(lot.Amount)
                )),
        ];
    }
}
