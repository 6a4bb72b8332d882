using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>
/// Unspent real money of one payment, back to the instrument: the least of what is left in its lot and what was neither
/// refunded nor charged back, less real debt, floor to a whole kopeck. Looked at in this order: not money, not refundable,
/// returned before, owed, spent.
/// </summary>
internal static class TopUpRefund
{
    public static RefundDecision Look(
        RefundDocket docket,
        RefundSubject.TopUp payment,
        Money owed,
        DateTimeOffset askedAt
    )
    {
        if (
            docket.Refuses(
                IsWrong(payment, owed, askedAt),
                RefundClause.FiguresWrong,
                RefundClause.FiguresAgree
            )
            || docket.Refuses(
                payment.Class != BurnClass.Real,
                RefundClause.NotMoney,
                RefundClause.IsMoney
            )
            || docket.Refuses(
                !payment.Refundable,
                RefundClause.NotRefundable,
                RefundClause.Refundable
            )
        )
        {
            return docket.Nothing();
        }

        // A service may pay back while the bank charges back: the sum can pass the amount.
        var left =
            (Int128)payment.Amount.Micro - payment.Refunded.Micro - payment.ChargedBack.Micro;
        if (docket.Refuses(left <= 0, RefundClause.PaymentReturned, RefundClause.PaymentStands))
        {
            return docket.Nothing();
        }

        var unspent = Int128.Min(left, payment.Available.Micro);
        var due = Int128.Max(0, unspent - owed.Micro);
        return docket.Refuses(
            unspent > 0 && due == 0,
            RefundClause.DebtCoversRest,
            RefundClause.DebtLeavesRest
        )
            ? docket.Nothing()
            : docket.Settle(
                RefundClause.TopUpUnspent,
                RefundClause.TopUpSpent,
                toInstrument: new Money((long)(due - due % Money.MicroPerKopeck))
            );
    }

    private static bool IsWrong(RefundSubject.TopUp payment, Money owed, DateTimeOffset askedAt) =>
        owed < Money.Zero
        || askedAt < payment.PaidAt
        || payment.Amount < Money.Zero
        || payment.Refunded < Money.Zero
        || payment.ChargedBack < Money.Zero
        || payment.Available < Money.Zero
        || payment.Available > payment.Amount;
}
