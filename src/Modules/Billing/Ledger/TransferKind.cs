namespace NetRoom.Billing;

/// <summary>A kind of movement, as transfer.kind spells it.</summary>
public enum TransferKind
{
    Grant,
    Hold,
    Capture,
    Release,
    Expire,
    Return,
    Refund,
    PayoutReturn,
    Void,
    Clawback,
    Chargeback,
    ChargebackReversal,
    Repay,
    WriteOff,
    Recognise,
    Adjust,
    LateSuccess,
}
