using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/lots/{lotId}/void: takes back a bonus that must not have been given.</summary>
internal static class VoidLot
{
    public static async Task<IResult> AskAsync(
        Guid lotId,
        ActScreen screen,
        CancellationToken cancel
    ) =>
        await screen.Book.LotAsync(lotId, cancel) is { } found
            ? ActOf(screen, found.WalletId, found.Lot, Ids.New(), null).Show(screen.Context)
            : Problem.NotFound("billing.no_lot").ToResult();

    public static async Task<IResult> HandleAsync(
        Guid lotId,
        [FromForm] Guid key,
        [FromForm] string? reason,
        ActScreen screen,
        ILedger ledger,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        if (await screen.Book.LotAsync(lotId, cancel) is not { } found)
            return Problem.NotFound("billing.no_lot").ToResult();
        var act = ActOf(screen, found.WalletId, found.Lot, key, reason);
        if (key == Guid.Empty || reason is null || !LedgerWords.Reasons.Contains(reason))
            return act.Show(screen.Context, new Problem(ProblemKind.Invalid, "billing.bad_reason"));
        var voided = await ledger.VoidAsync(lotId, key, reason, me.Id, cancel);
        return voided.Succeeded(out var now, out var problem)
            ? ActResult.Done(screen.Context, ActScreen.WalletAddress(found.WalletId), now)
            : act.Show(screen.Context, problem);
    }

    private static Act ActOf(ActScreen screen, Guid walletId, LotLine lot, Guid key, string? reason)
    {
        var texts = screen.Texts;
        return new Act(
            texts["Take a bonus back"],
            texts[
                "What is left goes, what was spent is owed, and what running jobs hold is owed if it is spent."
            ],
            $"/operator/ledger/lots/{lot.Id}/void",
            ActScreen.WalletAddress(walletId),
            texts["Take it back"],
            [
                (texts["Class"], screen.Words.Class(lot.Class)),
                (texts["Left"], LedgerWords.Amount(lot.Parts.Avail, lot.Asset)),
                (texts["Held"], LedgerWords.Amount(lot.Parts.Held, lot.Asset)),
                (
                    texts["Will be owed"],
                    LedgerWords.Amount(lot.Parts.Spent - lot.Parts.Clawed, lot.Asset)
                ),
            ],
            [screen.ReasonField(reason)],
            [("key", key.ToString())],
            IsGrave: true
        );
    }
}
