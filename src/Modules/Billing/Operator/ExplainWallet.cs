using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Operator;

/// <summary>A transfer with what there was after it.</summary>
public sealed record ExplainedTransfer(TransferLine Transfer, RebuiltBalance After);

/// <param name="Name">A part: "Available", "Held"…</param>
public sealed record ComparedPart(string Name, long Rebuilt, long Stored)
{
    public bool IsEqual => Rebuilt == Stored;
}

/// <param name="Shown">The last transfers, oldest first.</param>
/// <param name="Earlier">The number to explain up to for those before; null if there are none.</param>
/// <param name="At">The transfer that it is explained up to; null for the last.</param>
/// <param name="Compared">Empty where an earlier moment is asked for: only the present is stored.</param>
public sealed record Explanation(
    Guid WalletId,
    LotLine? Lot,
    IReadOnlyList<ExplainedTransfer> Shown,
    long Count,
    long? Earlier,
    long? At,
    RebuiltBalance Rebuilt,
    IReadOnlyList<ComparedPart> Compared
)
{
    public string Asset => Lot?.Asset ?? LedgerWords.Rub;
    public bool IsEqual => Compared.All(part => part.IsEqual);
}

/// <summary>Rebuilds a balance from its postings, line by line, and says whether it comes to what is stored.</summary>
internal sealed class ExplainWallet(NetRoomDb db, WalletBook book)
{
    private const int Most = 200;

    /// <summary>The explanation of a wallet, or of one lot of it; null if there is none.</summary>
    public Task<Explanation?> ExplainAsync(
        Guid walletId,
        Guid? lotId,
        long? at,
        CancellationToken cancel
    ) => ExplainAsync(walletId, lotId, at, _ => Task.CompletedTask, cancel);

    /// <summary>Writes every line of a wallet's history and the comparison: the command line. False if it differs or there is no such wallet.</summary>
    public async Task<bool> WriteAsync(Guid walletId, TextWriter writer, CancellationToken cancel)
    {
        var explanation = await ExplainAsync(walletId, null, null, WriteTransferAsync, cancel);
        if (explanation is null)
        {
            await writer.WriteLineAsync($"There is no wallet {walletId}.");
            return false;
        }

        await writer.WriteLineAsync();
        foreach (var part in explanation.Compared)
            await writer.WriteLineAsync(
                part.IsEqual
                    ? $"{part.Name}: rebuilt = stored = {LedgerWords.Plain(part.Stored)}"
                    : $"{part.Name}: rebuilt {LedgerWords.Plain(part.Rebuilt)}, stored {LedgerWords.Plain(part.Stored)}, DIFFERENCE {LedgerWords.Plain(part.Stored - part.Rebuilt)}"
            );
        return explanation.IsEqual;

        async Task WriteTransferAsync(ExplainedTransfer explained)
        {
            var (transfer, after) = explained;
            await writer.WriteLineAsync(
                string.Create(
                        CultureInfo.InvariantCulture,
                        $"{transfer.Number} {transfer.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ} {transfer.Kind} {transfer.IdemRef} {transfer.Reason}"
                    )
                    .TrimEnd()
            );
            foreach (var line in transfer.Lines)
                await writer.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"    {line.Dr} -> {line.Cr} {(line.Asset == LedgerWords.Rub ? LedgerWords.Plain(line.Amount) : $"{line.Amount} {line.Asset}")} lot {line.LotId}"
                    )
                );
            await writer.WriteLineAsync(
                $"    = available {LedgerWords.Plain(after.Parts.Avail)}, held {LedgerWords.Plain(after.Parts.Held)}, owed {LedgerWords.Plain(after.DebtReal)} + {LedgerWords.Plain(after.DebtBonus)}"
            );
        }
    }

    private async Task<Explanation?> ExplainAsync(
        Guid walletId,
        Guid? lotId,
        long? at,
        Func<ExplainedTransfer, Task> each,
        CancellationToken cancel
    )
    {
        // One snapshot: what is stored and what it is made of.
        await using var transaction = await db.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancel
        );
        if (await book.HeadAsync(walletId, cancel) is not { } head)
            return null;
        LotLine? lot = null;
        if (lotId is { } id)
        {
            if (await book.LotAsync(id, cancel) is not { } found || found.WalletId != walletId)
                return null;
            lot = found.Lot;
        }

        var shown = new Queue<ExplainedTransfer>();
        var last = RebuiltBalance.Nothing;
        long count = 0;
        await foreach (var explained in RebuildAsync(walletId, lotId, at, cancel))
        {
            await each(explained);
            last = explained.After;
            count++;
            shown.Enqueue(explained);
            if (shown.Count > Most)
                shown.Dequeue();
        }

        return new Explanation(
            walletId,
            lot,
            [.. shown],
            count,
            count > shown.Count ? shown.Peek().Transfer.Number - 1 : null,
            at,
            last,
            at < head.Number ? []
                : lot is null ? OfWallet(last, head)
                : OfLot(last.Parts, lot.Parts)
        );
    }

    private async IAsyncEnumerable<ExplainedTransfer> RebuildAsync(
        Guid walletId,
        Guid? lotId,
        long? at,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var balance = RebuiltBalance.Nothing;
        TransferLine? current = null;
        var lines = new List<PostingLine>();
        await foreach (
            var (transfer, line) in db.StreamAsync(
                """
                SELECT t.id, t.number, t.kind, t.at, t.idem_ref, t.amount, t.asset, t.reason, t.actor, p.dr, p.cr, p.lot_id, p.asset, p.amount
                  FROM billing.transfer AS t
                  JOIN billing.posting AS p ON p.transfer_id = t.id
                 WHERE t.wallet_id = $1 AND ($2::uuid IS NULL OR p.lot_id = $2) AND ($3::bigint IS NULL OR t.number <= $3)
                 ORDER BY t.number, p.seq
                """,
                row =>
                    (
                        new TransferLine(
                            row.GetGuid(0),
                            row.GetInt64(1),
                            row.GetString(2),
                            row.Time(3),
                            row.GetGuid(4),
                            row.GetInt64(5),
                            row.GetString(6),
                            row.TextOrNull(7),
                            row.GuidOrNull(8),
                            []
                        ),
                        new PostingLine(
                            row.GetInt16(9),
                            row.GetInt16(10),
                            row.GuidOrNull(11),
                            row.GetString(12),
                            row.GetInt64(13)
                        )
                    ),
                [walletId, lotId, at],
                cancel
            )
        )
        {
            if (current is not null && current.Id != transfer.Id)
            {
                yield return new ExplainedTransfer(current with { Lines = [.. lines] }, balance);
                lines.Clear();
            }

            current = transfer;
            lines.Add(line);
            // Tokens of packs are not in the wallet's roubles; a lot has one asset.
            if (lotId is not null || line.Asset == LedgerWords.Rub)
                balance = balance.After(line);
        }

        if (current is not null)
            yield return new ExplainedTransfer(current with { Lines = [.. lines] }, balance);
    }

    private static IReadOnlyList<ComparedPart> OfWallet(
        RebuiltBalance rebuilt,
        WalletHead stored
    ) =>
        [
            new("Available", rebuilt.Parts.Avail, stored.Avail),
            new("Held", rebuilt.Parts.Held, stored.Held),
            new("Owed, real money", rebuilt.DebtReal, stored.DebtReal),
            new("Owed, bonus", rebuilt.DebtBonus, stored.DebtBonus),
        ];

    private static IReadOnlyList<ComparedPart> OfLot(LotParts rebuilt, LotParts stored) =>
        [
            new("Granted", rebuilt.Granted, stored.Granted),
            new("Available", rebuilt.Avail, stored.Avail),
            new("Held", rebuilt.Held, stored.Held),
            new("Spent", rebuilt.Spent, stored.Spent),
            new("Refunded", rebuilt.Refunded, stored.Refunded),
            new("Expired", rebuilt.Expired, stored.Expired),
            new("Voided", rebuilt.Voided, stored.Voided),
            new("Charged back", rebuilt.ChargedBack, stored.ChargedBack),
            new("Repaid", rebuilt.Repaid, stored.Repaid),
            new("Clawed back", rebuilt.Clawed, stored.Clawed),
        ];
}
