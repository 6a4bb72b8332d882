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
            join it in db.Set<TransferRow>().Where(it => it.Kind == TransferKind.Capture)
                on hold.Id equals it.IdemRef
                into captures
            from capture in captures.DefaultIfEmpty()
            where hold.JobId == jobId && wallet.AccountId == accountId
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

    private async Task<ReceiptRun> RunAsync(Guid holdId, CancellationToken cancel)
    {
        var found = await (
            from hold in db.Set<HoldRow>()
            where hold.Id == holdId
            join it in db.Set<ChargeRow>() on hold.Id equals it.HoldId into charges
            from charge in charges.DefaultIfEmpty()
            select new { hold, charge }
        ).FirstAsync(cancel);
        return new ReceiptRun(
            found.hold.JobId,
            found.hold.Id,
            found.hold.ModelId,
            found.hold.Category,
            found.hold.PriceVersionId,
            new Money(found.hold.Amount),
            found.hold.HeldAt,
            found.hold.State == HoldState.Open,
            found.charge?.ToCharge()
        );
    }

    private async Task<IReadOnlyList<ReceiptPart>> PartsAsync(
        Guid transferId,
        CancellationToken cancel
    )
    {
        // What moved between the wallet's own accounts is no part of what the person had or got.
        var parts = await (
            from posting in db.Set<PostingRow>()
            where posting.TransferId == transferId
            where posting.Dr > LedgerAccount.Held || posting.Cr > LedgerAccount.Held
            join lot in db.Set<LotRow>() on posting.LotId equals lot.Id
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
