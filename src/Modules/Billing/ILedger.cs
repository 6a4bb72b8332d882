using NetRoom.Kernel;

namespace NetRoom.Billing;

/// <summary>A payment that a payment service has settled.</summary>
/// <param name="Psp">The payment service ("yookassa"); with <paramref name="PspPaymentId"/> the natural key: one payment is one real lot.</param>
/// <param name="Amount">Whole kopecks.</param>
/// <param name="Refundable">Whether the service can pay back to the instrument.</param>
public sealed record TopUp(
    Guid Id,
    Guid AccountId,
    string Psp,
    string PspPaymentId,
    Money Amount,
    bool Refundable,
    DateTimeOffset PaidAt
);

/// <summary>A bank's claim on a payment. The service and its case id are the natural key.</summary>
/// <param name="Amount">Whole kopecks; at most what is left of the payment.</param>
public sealed record ChargebackCase(
    Guid Id,
    string Psp,
    string CaseId,
    Guid PaymentId,
    Money Amount
);

/// <summary>Unspent real money on its way back to the instrument.</summary>
/// <param name="Id">Also the idempotency key at the payment service.</param>
/// <param name="Amount">Whole kopecks.</param>
/// <param name="Clause">The rule that allows it (a code of docs/refunds.md).</param>
public sealed record RefundOrder(
    Guid Id,
    Guid PaymentId,
    Money Amount,
    string Clause,
    Guid? Actor = null
);

/// <summary>A captured hold that is given back to the lots it came from.</summary>
/// <param name="Real">Of what real money paid.</param>
/// <param name="Bonus">Of what bonus and compensation paid; it comes back as what it was, with its old expiry.</param>
/// <param name="Reason">A code, never free text.</param>
public sealed record ChargeReturn(
    Guid Id,
    Guid HoldId,
    Money Real,
    Money Bonus,
    string Reason,
    Guid? Actor = null
);

/// <summary>
/// The rare movements of money: each is one call of one function, done once however often it is asked. True means that it was done
/// now, false that it had been done before; a problem has changed nothing. They join the scope's open transaction.
/// </summary>
public interface ILedger
{
    /// <summary>Problems: billing.reused (the payment's id was credited otherwise), billing.closed, billing.too_large, billing.amount_invalid.</summary>
    Task<Outcome<bool>> TopUpAsync(TopUp topUp, CancellationToken cancel);

    /// <summary>
    /// Takes a bonus or a compensation back: what is left goes, what is held may still be spent, what was spent is owed.
    /// Problems: billing.no_lot, billing.not_bonus.
    /// </summary>
    Task<Outcome<bool>> VoidAsync(
        Guid lotId,
        Guid id,
        string reason,
        Guid? actor,
        CancellationToken cancel
    );

    /// <summary>Problems: billing.no_payment, billing.too_much, billing.reused.</summary>
    Task<Outcome<bool>> ChargeBackAsync(
        ChargebackCase claim,
        Guid? actor,
        CancellationToken cancel
    );

    /// <summary>The bank gave it back: the mirror. Problem: billing.no_case.</summary>
    Task<Outcome<bool>> ReverseChargebackAsync(
        string psp,
        string caseId,
        Guid? actor,
        CancellationToken cancel
    );

    /// <summary>
    /// Holds the payment's own money for a pay-out. Problems: billing.no_payment, billing.not_refundable, billing.debt, billing.closed,
    /// billing.refund_too_much (args: asked, available), billing.reused.
    /// </summary>
    Task<Outcome<bool>> StartRefundAsync(RefundOrder order, CancellationToken cancel);

    /// <summary>The payment service's verdict: paid out, or back to the lot. Problem: billing.no_refund.</summary>
    Task<Outcome<bool>> FinishRefundAsync(Guid refundId, bool paid, CancellationToken cancel);

    /// <summary>A pay-out that came back. Problem: billing.no_refund.</summary>
    Task<Outcome<bool>> ReturnRefundAsync(Guid refundId, CancellationToken cancel);

    /// <summary>Problems: billing.no_hold, billing.too_much (more than was taken and not yet returned).</summary>
    Task<Outcome<bool>> ReturnChargeAsync(ChargeReturn order, CancellationToken cancel);

    /// <summary>Gives up what a person owes. Problems: billing.no_wallet, billing.too_much.</summary>
    Task<Outcome<bool>> WriteOffAsync(
        Guid id,
        Guid walletId,
        Money real,
        Money bonus,
        string reason,
        Guid? actor,
        CancellationToken cancel
    );

    /// <summary>
    /// A run succeeded after its release: it is free, and remembered with what it would have cost.
    /// Problems: billing.no_hold, billing.not_released.
    /// </summary>
    Task<Outcome<bool>> LateSuccessAsync(Guid holdId, Money amount, CancellationToken cancel);

    /// <summary>
    /// Cuts an erased person off their wallet: the ledger stays, nothing in it leads to them, what is left cannot be spent by anybody.
    /// False: there is no wallet of this account, or no longer. Problem: billing.busy (jobs or refunds hold money; ask again).
    /// </summary>
    Task<Outcome<bool>> AnonymiseAsync(Guid accountId, CancellationToken cancel);
}
