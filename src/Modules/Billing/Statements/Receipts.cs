using Microsoft.EntityFrameworkCore;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Statements;

/// <summary>Part of a movement that came from, or went to, one lot.</summary>
public sealed record ReceiptPart(
    LotClass Class,
    string SourceKind,
    DateTimeOffset? ExpiresAt,
    Money Amount
);

/// <summary>The run that a movement paid for.</summary>
/// <param name="Charge">Null while the run is on, and for a run that was released.</param>
public sealed record ReceiptRun(
    Guid JobId,
    Guid HoldId,
    string ModelId,
    SpendCategory Category,
    Guid PriceVersionId,
    Money Held,
    DateTimeOffset HeldAt,
    bool IsOpen,
    Charge? Charge
);

/// <param name="TransferId">Null for a run that moved nothing: free, failed, or still on.</param>
public sealed record Receipt(
    Guid? TransferId,
    TransferKind Kind,
    DateTimeOffset At,
    Money Amount,
    IReadOnlyList<ReceiptPart> Parts,
    ReceiptRun? Run
);

/// <summary>Receipts of one account; another's are not there.</summary>
internal sealed class Receipts(NetRoomDb db)
{
    public async Task<Receipt?> OfTransferAsync(
        Guid accountId,
        Guid transferId,
        CancellationToken cancel
    )
    {
        var transfer = await (
            from it in db.Set<TransferRow>()
            join wallet in db.Set<WalletRow>() on it.WalletId equals wallet.Id
            where it.Id == transferId && wallet.AccountId == accountId && it.Amount != 0
            where it.Asset == HoldRow.Roubles
            select it
        ).FirstOrDefaultAsync(cancel);
        if (transfer is null)
            return null;
        var run =
            transfer.Kind == TransferKind.Capture ? await RunAsync(transfer.IdemRef, cancel) : null;
        return new Receipt(
            transfer.Id,
            transfer.Kind,
            transfer.At,
            new Money(transfer.Amount),
            await PartsAsync(transfer.Id, cancel),
            run
        );
    }

    public async Task<Receipt?> OfJobAsync(Guid accountId, Guid jobId, CancellationToken cancel)
    {
        var found = await (
            from hold in db.Set<HoldRow>()
            join wallet in db.Set<WalletRow>() on hold.WalletId equals wallet.Id
            join it in db.Set<TransferRow>()
                .Where(it => it.Kind == TransferKind.Capture && it.Asset == HoldRow.Roubles)
                on hold.Id equals it.IdemRef
                into captures
            from capture in captures.DefaultIfEmpty()
            where hold.JobId == jobId && wallet.AccountId == accountId
            where hold.Kind == HoldKind.Run
            select new
            {
                hold.Id,
                hold.HeldAt,
                hold.ResolvedAt,
                CaptureId = (Guid?)capture.Id,
            }
        ).FirstOrDefaultAsync(cancel);
        if (found is null)
            return null;
        if (found.CaptureId is { } captureId)
            return await OfTransferAsync(accountId, captureId, cancel);
        return new Receipt(
            null,
            found.ResolvedAt is null ? TransferKind.Hold : TransferKind.Release,
            found.ResolvedAt ?? found.HeldAt,
            Money.Zero,
            [],
            await RunAsync(found.Id, cancel)
        );
    }

    /// <summary>Null for what is not of a run: a refund or a purchase.</summary>
    private async Task<ReceiptRun?> RunAsync(Guid holdId, CancellationToken cancel)
    {
        var found = await db.Set<HoldRow>()
            .FirstOrDefaultAsync(hold => hold.Id == holdId && hold.Kind == HoldKind.Run, cancel);
        return found is { ModelId: { } model, Category: { } category, PriceVersionId: { } version }
            ? new ReceiptRun(
                found.JobId,
                found.Id,
                model,
                category,
                version,
                found.Asset == HoldRow.Roubles ? new Money(found.Amount) : Money.Zero,
                found.HeldAt,
                found.State == HoldState.Open,
                found.ToCharge()
            )
            : null;
    }

    private async Task<IReadOnlyList<ReceiptPart>> PartsAsync(
        Guid transferId,
        CancellationToken cancel
    )
    {
        // What moved between the wallet's own accounts is no part of what the person had or got.
        var parts = await (
            from posting in db.Set<PostingRow>()
            where posting.TransferId == transferId && posting.Asset == HoldRow.Roubles
            where posting.Dr > LedgerAccount.Held || posting.Cr > LedgerAccount.Held
            join lot in db.Set<LotRow>() on posting.LotId equals (Guid?)lot.Id
            orderby posting.Seq
            select new { posting.Amount, lot }
        ).ToListAsync(cancel);
        return
        [
            .. parts.Select(part => new ReceiptPart(
                part.lot.Class,
                part.lot.SourceKind,
                LotRow.Term(part.lot.ExpiresAt),
                new Money(part.Amount)
            )),
        ];
    }
}
