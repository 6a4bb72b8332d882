using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Billing.Ledger;
using NetRoom.Billing.Plans;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Statements;

/// <summary>Credits of one class that lapse at one time.</summary>
public sealed record BalancePart(LotClass Class, DateTimeOffset? ExpiresAt, Money Amount);

/// <summary>GET /balance?show=…&amp;category=…&amp;month=…&amp;before=…: what there is, and how it came to be.</summary>
internal static class ShowBalance
{
    /// <summary>What expires sooner than this is told beside the balance itself.</summary>
    private static readonly TimeSpan ComingExpiry = TimeSpan.FromDays(14);

    public static async Task<IResult> HandleAsync(
        string? show,
        string? category,
        string? month,
        long? before,
        long? after,
        ICurrentAccount account,
        IWallet wallet,
        IEntitlements entitlements,
        BoughtThings bought,
        WaitingRenewals waiting,
        Statement statement,
        IPersonSignals person,
        NetRoomDb db,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        var parts = await PartsAsync(db, account.Id, cancel);
        return new PageResult<BalancePage>(
            new
            {
                Balance = await wallet.BalanceAsync(account.Id, cancel),
                WhyNoBonus = await person.WhyNoBonusAsync(account.Id, cancel),
                Standing = await WalletStanding.OfAsync(db, account.Id, cancel),
                Parts = parts,
                Soon = parts
                    .Where(part => part.ExpiresAt < clock.GetUtcNow() + ComingExpiry)
                    .MinBy(part => part.ExpiresAt),
                Views = await entitlements.ListAsync(account.Id, cancel),
                Bought = await bought.OfAsync(account.Id, cancel),
                Waiting = await waiting.OfAsync(account.Id, cancel),
                Statement = await statement.PageAsync(
                    account.Id,
                    StatementQuery.Of(show, category, month),
                    before,
                    after,
                    cancel
                ),
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
