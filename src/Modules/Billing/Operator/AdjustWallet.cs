using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/wallets/{id}/adjust: first what and why, then all of it once more to agree to, then it is asked for.</summary>
internal static partial class AdjustWallet
{
    public sealed class Form
    {
        public Guid Key { get; set; }
        public int Class { get; set; }
        public string? Amount { get; set; }
        public string? Reason { get; set; }
        public string? Reference { get; set; }
    }

    public static async Task<IResult> AskAsync(
        Guid id,
        [FromQuery(Name = "class")] int? lotClass,
        string? amount,
        string? reason,
        string? reference,
        Guid? key,
        Screen screen,
        CancellationToken cancel
    )
    {
        if (await screen.Book.HeadAsync(id, cancel) is not { } head)
            return Problem.NotFound("billing.no_wallet").ToResult();
        var form = new Form
        {
            Key = key is { } chosen && chosen != Guid.Empty ? chosen : Ids.New(),
            Class = lotClass ?? (int)LotClass.Compensation,
            Amount = amount,
            Reason = reason,
            Reference = reference,
        };
        if (amount is null)
            return screen.First(head, form).Show(screen.Context);
        return Read(id, form).Succeeded(out var order, out var problem)
            ? screen.Second(head, order).Show(screen.Context)
            : screen.First(head, form).Show(screen.Context, problem);
    }

    public static async Task<IResult> HandleAsync(
        Guid id,
        [FromForm] Form? form,
        Screen screen,
        Adjustments adjustments,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        form ??= new();
        if (await screen.Book.HeadAsync(id, cancel) is not { } head)
            return Problem.NotFound("billing.no_wallet").ToResult();
        if (!Read(id, form).Succeeded(out var order, out var problem))
            return screen.First(head, form).Show(screen.Context, problem);
        var asked = await adjustments.AskAsync(order, me.Id, cancel);
        if (!asked.Succeeded(out var answer, out problem))
            return screen.First(head, form).Show(screen.Context, problem);
        if (answer == AdjustmentAnswer.Done)
            return ActResult.Done(screen.Context, $"/operator/ledger/wallets/{id}", true);
        Notice.Leave(
            screen.Context,
            answer == AdjustmentAnswer.Waits
                ? "It waits for another owner"
                : "It had been done before"
        );
        return TypedResults.Redirect($"/operator/ledger/adjustments/{order.Id}");
    }

    private static Outcome<AdjustmentOrder> Read(Guid walletId, Form form)
    {
        if (!LedgerWords.TryParseRoubles(form.Amount, out var amount) || amount.IsZero)
            return new Problem(ProblemKind.Invalid, "billing.bad_amount");
        if (form.Key == Guid.Empty || form.Class is < 1 or > 3)
            return new Problem(ProblemKind.Invalid, "billing.bad_form");
        if (form.Reason is not { } reason || !LedgerWords.Reasons.Contains(reason))
            return new Problem(ProblemKind.Invalid, "billing.bad_reason");
        var reference = string.IsNullOrWhiteSpace(form.Reference) ? null : form.Reference.Trim();
        return reference is not null && !Reference().IsMatch(reference)
            ? new Problem(ProblemKind.Invalid, "billing.bad_reference")
            : new AdjustmentOrder(
                form.Key,
                walletId,
                (LotClass)form.Class,
                amount,
                reason,
                reference
            );
    }

    [GeneratedRegex(@"^[A-Za-z0-9/#-]{1,40}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Reference();

    /// <summary>Draws the two steps.</summary>
    internal sealed class Screen(
        WalletBook book,
        Adjustments adjustments,
        LedgerWords words,
        IStringLocalizer<BillingText> texts,
        IHttpContextAccessor accessor
    )
    {
        public WalletBook Book => book;
        public HttpContext Context => accessor.HttpContext!;

        public Act First(WalletHead head, Form form) =>
            new(
                texts["Adjust the balance"],
                texts[
                    "Gives to or takes from one class of money. Nothing happens before the next step."
                ],
                $"/operator/ledger/wallets/{head.Id}/adjust",
                $"/operator/ledger/wallets/{head.Id}",
                texts["Go on"],
                Facts(head),
                [
                    new(
                        "amount",
                        texts["Amount in roubles"],
                        form.Amount,
                        texts["Up to six decimals; with a minus to take."],
                        IsAmount: true
                    ),
                    new(
                        "class",
                        texts["Class"],
                        $"{form.Class}",
                        Options:
                        [
                            ("2", words.Class(2)),
                            ("1", words.Class(1)),
                            ("3", words.Class(3)),
                        ]
                    ),
                    new("reason", texts["Reason"], form.Reason, Options: words.ReasonOptions()),
                    new(
                        "reference",
                        texts["Ticket"],
                        form.Reference,
                        texts["If there is one: letters, digits, / # -"],
                        Required: false
                    ),
                ],
                // Both steps have one id: coming back to either and sending it again is the same adjustment.
                [("key", form.Key.ToString())],
                Asks: true
            );

        public Act Second(WalletHead head, AdjustmentOrder order)
        {
            var waits = adjustments.NeedsSecond(order.Amount);
            return new Act(
                texts["Adjust the balance"],
                texts[
                    waits
                        ? "It is above what one owner may do alone: it will wait until another owner agrees."
                        : "It is done at once. The person sees it in the statement."
                ],
                $"/operator/ledger/wallets/{head.Id}/adjust",
                $"/operator/ledger/wallets/{head.Id}",
                texts[waits ? "Ask another owner" : "Adjust"],
                [
                    .. Facts(head),
                    (texts["Amount"], LedgerWords.Signed(order.Amount.Micro)),
                    (texts["Class"], words.Class((int)order.Class)),
                    (texts["Reason"], words.Reason(order.Reason)),
                    (texts["Ticket"], order.Reference ?? "—"),
                ],
                [],
                [
                    ("key", order.Id.ToString()),
                    ("class", $"{(int)order.Class}"),
                    ("amount", LedgerWords.Plain(order.Amount.Micro)),
                    ("reason", order.Reason),
                    ("reference", order.Reference ?? ""),
                ],
                IsGrave: order.Amount < Money.Zero
            );
        }

        private List<(string, string)> Facts(WalletHead head) =>
            [
                (
                    texts["Account"],
                    head.Email ?? head.AccountId?.ToString() ?? texts["erased"].Value
                ),
                (texts["Available"], LedgerWords.Amount(head.Avail)),
            ];
    }
}
