using System.Data.Common;
using System.Runtime.CompilerServices;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Billing.Statements;

/// <summary>A movement of what a person has or owes. Holds and releases move nothing for the person and are not lines.</summary>
/// <param name="Number">Its number in the wallet: the key of paging.</param>
/// <param name="Month">The first day of its month on the wallet's clock.</param>
/// <param name="Amount">Micro-roubles, or tokens of a pack.</param>
/// <param name="ModelId">Of a run.</param>
/// <param name="Product">Of a purchase, and of tokens.</param>
/// <param name="Class">Of a credit.</param>
/// <param name="Owed">How much more is owed since; less than nothing: less is owed.</param>
public sealed record StatementLine(
    Guid Id,
    long Number,
    TransferKind Kind,
    MovementType Type,
    MovementCategory Category,
    DateTimeOffset At,
    DateOnly Month,
    string Asset,
    long Amount,
    string? ModelId,
    ProductName? Product,
    LotClass? Class,
    string? SourceKind,
    Guid? JobId,
    Charge? Charge,
    Money Owed
)
{
    public const string Roubles = "RUB";

    public bool IsTokens => Asset != Roubles;
}

/// <summary>Of the lines that were asked for, a month on the wallet's clock.</summary>
/// <param name="Other">What went otherwise: expired, paid out, taken back.</param>
public sealed record StatementTotal(
    DateOnly Month,
    Money Credited,
    Money Spent,
    Money Returned,
    Money Other
)
{
    public StatementTotal Plus(StatementTotal next) =>
        new(
            Month,
            Credited + next.Credited,
            Spent + next.Spent,
            Returned + next.Returned,
            Other + next.Other
        );
}

/// <param name="Months">Totals of the months on the page.</param>
/// <param name="Total">Of all that is filtered; null where nothing is.</param>
/// <param name="Newer">What to pass as "after" for the page before; null on the first.</param>
/// <param name="Older">What to pass as "before" for the next page; null on the last.</param>
/// <param name="AllMonths">Newest first: what may be chosen.</param>
public sealed record StatementPage(
    StatementQuery Query,
    IReadOnlyList<StatementLine> Lines,
    IReadOnlyList<StatementTotal> Months,
    StatementTotal? Total,
    long? Newer,
    long? Older,
    IReadOnlyList<DateOnly> AllMonths
);

/// <summary>A person's movements, newest first.</summary>
internal sealed class Statement(NetRoomDb db)
{
    private const int PageSize = 50;

    public async Task<StatementPage> PageAsync(
        Guid accountId,
        StatementQuery query,
        long? before,
        long? after,
        CancellationToken cancel
    )
    {
        List<StatementLine> lines = [];
        var sql = after is null ? StatementSql.Older : StatementSql.Newer;
        await foreach (
            var line in ReadAsync(
                accountId,
                query,
                $"{sql} LIMIT {PageSize + 1}",
                after ?? before,
                cancel
            )
        )
            lines.Add(line);
        var more = lines.Count > PageSize;
        if (more)
            lines.RemoveAt(PageSize);
        if (after is not null)
            lines.Reverse();
        var (hasNewer, hasOlder) = after is null ? (before is not null, more) : (more, true);
        return new StatementPage(
            query,
            lines,
            lines.Count == 0
                ? []
                : await TotalsAsync(accountId, query, lines[^1].Month, lines[0].Month, cancel),
            query.IsWhole ? null : await TotalAsync(accountId, query, cancel),
            hasNewer && lines.Count > 0 ? lines[0].Number : null,
            hasOlder && lines.Count > 0 ? lines[^1].Number : null,
            await MonthsAsync(accountId, cancel)
        );
    }

    public IAsyncEnumerable<StatementLine> AllAsync(
        Guid accountId,
        StatementQuery query,
        CancellationToken cancel
    ) => ReadAsync(accountId, query, StatementSql.Older, null, cancel);

    private async IAsyncEnumerable<StatementLine> ReadAsync(
        Guid accountId,
        StatementQuery query,
        string sql,
        long? key,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(sql, cancel);
        Ask(command, accountId, query);
        Add(command, NpgsqlDbType.Bigint, key);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            yield return Line(reader);
    }

    private async Task<StatementTotal?> TotalAsync(
        Guid accountId,
        StatementQuery query,
        CancellationToken cancel
    ) =>
        (await TotalsAsync(accountId, query, null, null, cancel)).Aggregate(
            (StatementTotal?)null,
            (sum, month) => sum?.Plus(month) ?? month
        );

    private async Task<IReadOnlyList<StatementTotal>> TotalsAsync(
        Guid accountId,
        StatementQuery query,
        DateOnly? first,
        DateOnly? last,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(StatementSql.Totals, cancel);
        Ask(command, accountId, query);
        Add(command, NpgsqlDbType.Date, first);
        Add(command, NpgsqlDbType.Date, last);
        await using var row = await command.ExecuteReaderAsync(cancel);
        List<StatementTotal> totals = [];
        while (await row.ReadAsync(cancel))
            totals.Add(
                new StatementTotal(
                    row.GetFieldValue<DateOnly>(0),
                    row.Money(1),
                    row.Money(2),
                    row.Money(3),
                    row.Money(4)
                )
            );
        return totals;
    }

    private async Task<IReadOnlyList<DateOnly>> MonthsAsync(
        Guid accountId,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(StatementSql.Span, cancel);
        Add(command, NpgsqlDbType.Uuid, accountId);
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
            return [];
        var (first, month) = (row.GetFieldValue<DateOnly>(0), row.GetFieldValue<DateOnly>(1));
        List<DateOnly> months = [];
        for (; month >= first; month = month.AddMonths(-1))
            months.Add(month);
        return months;
    }

    private static void Ask(NpgsqlCommand command, Guid accountId, StatementQuery query)
    {
        Add(command, NpgsqlDbType.Uuid, accountId);
        Add(command, NpgsqlDbType.Text, query.Key);
        Add(command, NpgsqlDbType.Text, query.Category?.ToString());
        Add(command, NpgsqlDbType.Date, query.Month);
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value }
        );

    private static StatementLine Line(DbDataReader row)
    {
        var isRun = !row.IsDBNull(9) && row.GetInt16(9) == 1;
        var asset = row.GetString(4);
        return new StatementLine(
            row.GetGuid(0),
            row.GetInt64(1),
            row.Word<TransferKind>(2),
            row.Word<MovementType>(6),
            row.Word<MovementCategory>(7),
            row.Time(3),
            row.GetFieldValue<DateOnly>(8),
            asset,
            row.GetInt64(5),
            isRun ? row.Text(10) : null,
            row.Name(19, 20),
            row.IsDBNull(17) ? null : (LotClass)row.GetInt16(17),
            row.Text(18),
            isRun ? row.Id(11) : null,
            isRun && row.Number(13) is { } uncapped
                ? new Charge(
                    asset == StatementLine.Roubles ? row.Money(12) : Money.Zero,
                    new Money(uncapped),
                    LedgerJson.ReadLines(row.Text(15) ?? "[]"),
                    row.IsDBNull(16) ? 1_000_000 : row.GetInt32(16),
                    !row.IsDBNull(14) && row.GetBoolean(14)
                )
                : null,
            new Money(row.Number(21) ?? 0)
        );
    }
}
