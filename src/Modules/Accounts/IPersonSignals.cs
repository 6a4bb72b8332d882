namespace NetRoom.Accounts;

/// <summary>What shows itself after a registration and belongs to one person.</summary>
public enum PersonSignal
{
    /// <summary>The numeric id of a Telegram account.</summary>
    Telegram,

    /// <summary>The payment service's own fingerprint of a card or wallet; never its number.</summary>
    PaymentInstrument,
}

/// <summary>Whether accounts are of one person, and what follows for the starter bonus.</summary>
public interface IPersonSignals
{
    /// <summary>
    /// This account showed this. If another has shown it too, the account goes to the operator's queue; nothing is taken from it.
    /// Kept as a keyed hash; in the caller's transaction, if there is one.
    /// </summary>
    Task SawAsync(Guid accountId, PersonSignal signal, string value, CancellationToken cancel);

    /// <summary>
    /// Why the account has no starter bonus and what to do about it, as a sentence in the reader's language; null where nothing is
    /// withheld.
    /// </summary>
    Task<string?> WhyNoBonusAsync(Guid accountId, CancellationToken cancel);
}
