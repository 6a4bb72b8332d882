namespace NetRoom.Billing;

/// <summary>A kind of movement, as transfer.kind spells it.</summary>
public enum TransferKind
{
    Grant,
    Hold,
    Capture,
    Release,
    Expire,
}
