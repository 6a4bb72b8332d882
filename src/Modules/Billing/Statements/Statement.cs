using Microsoft.EntityFrameworkCore;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Statements;

public enum StatementFilter
{
    All,
    Spending,
    Credits,
}

/// <summary>A movement of a person's money. Holds and releases move nothing for the person and are not lines.</summary>
/// <param name="Number">Its number in the wallet: the key of paging.</param>
public sealed record StatementLine(
    Guid Id,
    long Number,
    TransferKind Kind,
    DateTimeOffset At,
    Money Amount,
    string? ModelId,
    SpendCategory? Category,
    LotClass? Class,
    string? SourceKind,
    Guid? JobId,
    Charge? Charge
);

/// <summary>A calendar month in UTC.</summary>
public sealed record MonthTotal(int Year, int Month, Money Credited, Money Spent)
{
    public DateTimeOffset Start => new(Year, Month, 1, 0, 0, 0, TimeSpan.Zero);
}

/// <param name="Older">What to pass as "before" for the next page; null on the last.</param>
public sealed record StatementPage(
    IReadOnlyList<StatementLine> Lines,
    IReadOnlyList<MonthTotal> Months,
    StatementFilter Filter,
    bool IsFirst,
    long? Older
);

/// <summary>A person's movements, newest first.</summary>
internal sealed class Statement(NetRoomDb db)
{
    private const int PageSize = 50;

    public async Task<StatementPage> PageAsync(
        Guid accountId,
        StatementFilter filter,
        long? before,
        CancellationToken cancel
    )
    {
        var rows = await Rows(accountId, filter, before).Take(PageSize + 1).ToListAsync(cancel);
        StatementLine[] lines = [.. rows.Take(PageSize).Select(ToLine)];
        return new StatementPage(
            lines,
            await MonthsAsync(accountId, lines, cancel),
            filter,
            before is null,
            rows.Count > PageSize ? lines[^1].Number : null
        );
    }

    public IAsyncEnumerable<StatementLine> AllAsync(Guid accountId) =>
        Rows(accountId, StatementFilter.All, null).AsAsyncEnumerable().Select(ToLine);

    private IQueryable<Row> Rows(Guid accountId, StatementFilter filter, long? before) =>
        from transfer in Movements(accountId)
        where filter != StatementFilter.Spending || transfer.Kind == TransferKind.Capture
        where filter != StatementFilter.Credits || transfer.Amount > 0
        where before == null || transfer.Number < before
        join it in db.Set<HoldRow>() on transfer.IdemRef equals it.Id into holds
        from hold in holds.DefaultIfEmpty()
        join it in db.Set<LotRow>() on transfer.IdemRef equals it.Id into lots
        from lot in lots.DefaultIfEmpty()
        orderby transfer.Number descending
        select new Row(transfer, hold, lot);

    private IQueryable<TransferRow> Movements(Guid accountId) =>
        from transfer in db.Set<TransferRow>()
        join wallet in db.Set<WalletRow>() on transfer.WalletId equals wallet.Id
        where wallet.AccountId == accountId && transfer.Amount != 0
        where transfer.Asset == HoldRow.Roubles
        select transfer;

    private async Task<IReadOnlyList<MonthTotal>> MonthsAsync(
        Guid accountId,
        StatementLine[] lines,
        CancellationToken cancel
    )
    {
        if (lines.Length == 0)
            return [];
        var first = MonthStart(lines[^1].At);
        var next = MonthStart(lines[0].At).AddMonths(1);
        var months = await (
            from transfer in Movements(accountId)
            where transfer.At >= first && transfer.At < next
            group transfer by new { transfer.At.Year, transfer.At.Month } into month
            select new
            {
                month.Key.Year,
                month.Key.Month,
                Credited = month.Sum(it => it.Amount > 0 ? it.Amount : 0),
                Spent = month.Sum(it => it.Kind == TransferKind.Capture ? -it.Amount : 0),
            }
        ).ToListAsync(cancel);
        return
        [
            .. months
                .OrderByDescending(month => (month.Year, month.Month))
                .Select(month => new MonthTotal(
                    month.Year,
                    month.Month,
                    new Money(month.Credited),
                    new Money(month.Spent)
                )),
        ];
    }

    private static DateTimeOffset MonthStart(DateTimeOffset at) =>
        new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    private static StatementLine ToLine(Row row) =>
        new(
            row.Transfer.Id,
            row.Transfer.Number,
            row.Transfer.Kind,
            row.Transfer.At,
            new Money(row.Transfer.Amount),
            row.Hold?.ModelId,
            row.Hold?.Category,
            row.Lot?.Class,
            row.Lot?.SourceKind,
            row.Hold?.JobId,
            row.Transfer.Kind == TransferKind.Capture ? row.Hold?.ToCharge() : null
        );

    private sealed record Row(TransferRow Transfer, HoldRow? Hold, LotRow? Lot);
}
