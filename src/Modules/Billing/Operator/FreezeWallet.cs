using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/wallets/{id}/status: stops spending from a wallet, or allows it again. Nothing that is in it moves.</summary>
internal static class FreezeWallet
{
    public static async Task<IResult> AskAsync(
        Guid id,
        ActScreen screen,
        CancellationToken cancel
    ) =>
        await screen.Book.HeadAsync(id, cancel) is { } head
            ? ActOf(screen, head, head.Status == 0, null).Show(screen.Context)
            : Problem.NotFound("billing.no_wallet").ToResult();

    public static async Task<IResult> HandleAsync(
        Guid id,
        [FromForm] bool frozen,
        [FromForm] string? reason,
        ActScreen screen,
        NetRoomDb db,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        if (await screen.Book.HeadAsync(id, cancel) is not { } head)
            return Problem.NotFound("billing.no_wallet").ToResult();
        if (reason is null || !LedgerWords.Reasons.Contains(reason))
            return ActOf(screen, head, frozen, reason)
                .Show(screen.Context, new Problem(ProblemKind.Invalid, "billing.bad_reason"));
        var outcome = await db.OutcomeAsync(
            "SELECT outcome FROM billing.freeze($1, $2, $3, $4)",
            cancel,
            id,
            frozen,
            reason,
            me.Id
        );
        return outcome is "done" or "replayed"
            ? ActResult.Done(screen.Context, ActScreen.WalletAddress(id), outcome == "done")
            : ActOf(screen, head, frozen, reason)
                .Show(screen.Context, RareMovements.Refused(outcome));
    }

    private static Act ActOf(ActScreen screen, WalletHead head, bool frozen, string? reason)
    {
        var texts = screen.Texts;
        return new Act(
            texts[frozen ? "Freeze the wallet" : "Unfreeze the wallet"],
            texts[
                frozen
                    ? "No new run can be paid from it until it is unfrozen. Running ones end as they would; what is there stays there."
                    : "The person can spend again at once."
            ],
            ActScreen.WalletAddress(head.Id) + "/status",
            ActScreen.WalletAddress(head.Id),
            texts[frozen ? "Freeze" : "Unfreeze"],
            [
                (
                    texts["Account"],
                    head.Email ?? head.AccountId?.ToString() ?? texts["erased"].Value
                ),
                (texts["State"], screen.Words.WalletStatus(head.Status)),
                (texts["Available"], LedgerWords.Amount(head.Avail)),
            ],
            [screen.ReasonField(reason)],
            [("frozen", frozen ? "true" : "false")],
            IsGrave: frozen
        );
    }
}
