using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/wallets/{id}/write-off: gives up what a person owes.</summary>
internal static class WriteOffDebt
{
    public sealed class Form
    {
        public Guid Key { get; set; }
        public string? Real { get; set; }
        public string? Bonus { get; set; }
        public string? Reason { get; set; }
    }

    public static async Task<IResult> AskAsync(
        Guid id,
        ActScreen screen,
        CancellationToken cancel
    ) =>
        await screen.Book.HeadAsync(id, cancel) is { } head
            ? ActOf(
                    screen,
                    head,
                    new Form
                    {
                        Key = Ids.New(),
                        Real = LedgerWords.Plain(head.DebtReal),
                        Bonus = LedgerWords.Plain(head.DebtBonus),
                    }
                )
                .Show(screen.Context)
            : Problem.NotFound("billing.no_wallet").ToResult();

    public static async Task<IResult> HandleAsync(
        Guid id,
        [FromForm] Form? form,
        ActScreen screen,
        ILedger ledger,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        form ??= new();
        if (await screen.Book.HeadAsync(id, cancel) is not { } head)
            return Problem.NotFound("billing.no_wallet").ToResult();
        if (
            !LedgerWords
                .ReadParts(form.Key, form.Real, form.Bonus, form.Reason)
                .Succeeded(out var parts, out var problem)
        )
            return ActOf(screen, head, form).Show(screen.Context, problem);
        var written = await ledger.WriteOffAsync(
            form.Key,
            id,
            parts.Real,
            parts.Bonus,
            form.Reason!,
            me.Id,
            cancel
        );
        return written.Succeeded(out var now, out var refused)
            ? ActResult.Done(screen.Context, ActScreen.WalletAddress(id), now)
            : ActOf(screen, head, form).Show(screen.Context, refused);
    }

    private static Act ActOf(ActScreen screen, WalletHead head, Form form)
    {
        var texts = screen.Texts;
        return new Act(
            texts["Write off what is owed"],
            texts["The debt is given up for good and booked as the service's loss."],
            ActScreen.WalletAddress(head.Id) + "/write-off",
            ActScreen.WalletAddress(head.Id),
            texts["Write off"],
            [
                (texts["Owed, real money"], LedgerWords.Amount(head.DebtReal)),
                (texts["Owed, bonus"], LedgerWords.Amount(head.DebtBonus)),
            ],
            [
                new("real", texts["Real money, roubles"], form.Real, IsAmount: true),
                new("bonus", texts["Bonus, roubles"], form.Bonus, IsAmount: true),
                screen.ReasonField(form.Reason),
            ],
            [("key", form.Key.ToString())],
            IsGrave: true
        );
    }
}
