namespace NetRoom.Billing;

/// <summary>Why the ledger did nothing. Each is a mistake of the calling code, not of a person.</summary>
public enum WalletRefusal
{
    /// <summary>No hold has this id.</summary>
    NoHold,

    /// <summary>The charge is negative or above what is held.</summary>
    OutOfRange,

    /// <summary>The source was granted before, to somebody else or another amount.</summary>
    SourceReused,

    /// <summary>The wallet is closed.</summary>
    Closed,

    /// <summary>The balance would pass 9.2 trillion roubles.</summary>
    TooLarge,
}

/// <summary>The ledger refused a command and has changed nothing; an open transaction may go on.</summary>
public sealed class WalletRefusedException(WalletRefusal refusal, string what)
    : Exception($"The ledger refused {what}: {refusal}.")
{
    public WalletRefusal Refusal { get; } = refusal;
}
