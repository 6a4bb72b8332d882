using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/holds/{holdId}/return: what a run was charged goes back to the lots that paid it.</summary>
internal static class ReturnCharge
{
    public sealed class Form
    {
        public Guid Key { get; set; }
        public string? Real { get; set; }
        public string? Bonus { get; set; }
        public string? Reason { get; set; }
    }

    public static async Task<IResult> AskAsync(
        Guid holdId,
        ActScreen screen,
        CancellationToken cancel
    )
    {
        if (await screen.Book.HoldAsync(holdId, cancel) is not { } found)
            return Problem.NotFound("billing.no_hold").ToResult();
        var (real, bonus) = await screen.Book.ReturnableAsync(holdId, cancel);
        var form = new Form
        {
            Key = Ids.New(),
            Real = LedgerWords.Plain(real),
            Bonus = LedgerWords.Plain(bonus),
        };
        return ActOf(screen, found.WalletId, found.Hold, form).Show(screen.Context);
    }

    public static async Task<IResult> HandleAsync(
        Guid holdId,
        [FromForm] Form? form,
        ActScreen screen,
        ILedger ledger,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        form ??= new();
        if (await screen.Book.HoldAsync(holdId, cancel) is not { } found)
            return Problem.NotFound("billing.no_hold").ToResult();
        var act = ActOf(screen, found.WalletId, found.Hold, form);
        if (
            !LedgerWords
                .ReadParts(form.Key, form.Real, form.Bonus, form.Reason)
                .Succeeded(out var parts, out var problem)
        )
            return act.Show(screen.Context, problem);
        var returned = await ledger.ReturnChargeAsync(
            new ChargeReturn(form.Key, holdId, parts.Real, parts.Bonus, form.Reason!, me.Id),
            cancel
        );
        return returned.Succeeded(out var now, out var refused)
            ? ActResult.Done(screen.Context, ActScreen.WalletAddress(found.WalletId), now)
            : act.Show(screen.Context, refused);
    }

    private static Act ActOf(ActScreen screen, Guid walletId, HoldLine hold, Form form)
    {
        var texts = screen.Texts;
        return new Act(
            texts["Return a charge"],
            texts[
                "It goes back to the lots it was taken from, as what it was and with its old expiry."
            ],
            $"/operator/ledger/holds/{hold.Id}/return",
            ActScreen.WalletAddress(walletId),
            texts["Return"],
            [
                (texts["What"], hold.ModelId ?? screen.Words.HoldKind(hold.Kind)),
                (texts["Charged"], LedgerWords.Amount(hold.Captured, hold.Asset)),
                (
                    texts["Returned so far"],
                    LedgerWords.Amount(hold.ReturnedReal + hold.ReturnedBonus)
                ),
            ],
            [
                new("real", texts["Real money, roubles"], form.Real, IsAmount: true),
                new("bonus", texts["Bonus, roubles"], form.Bonus, IsAmount: true),
                screen.ReasonField(form.Reason),
            ],
            [("key", form.Key.ToString())]
        );
    }
}
