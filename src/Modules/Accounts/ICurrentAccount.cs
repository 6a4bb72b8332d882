namespace NetRoom.Accounts;

/// <summary>Who is asking. Scoped to the request, read from its session; a visitor has no id.</summary>
public interface ICurrentAccount
{
    bool IsSignedIn { get; }

    /// <summary>The account's id.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint lacks its policy.</exception>
    Guid Id { get; }

    /// <summary>"en" or "ru".</summary>
    string Language { get; }

    /// <summary>What pages call the person: the name, else the address; may be empty.</summary>
    string Label { get; }

    bool IsAdult { get; }

    bool IsOwner { get; }
}

/// <summary>An account came to be. In the outbox, written in the transaction that created it.</summary>
/// <param name="WithholdBonus">It looks like somebody's second one: no starter bonus unless an operator says so.</param>
public sealed record AccountCreated(Guid AccountId, string Language, bool WithholdBonus = false);

/// <summary>An operator looked at an account whose starter bonus was withheld and gave it. At most once for an account.</summary>
public sealed record StarterBonusAllowed(Guid AccountId);

/// <summary>
/// The owner of an account proved to be another than whoever may have used it before: an address was proven for the first time, or
/// a password was reset by mail. All sessions are ended; whoever else gave access (API keys, bot links) ends it now.
/// </summary>
public sealed record AccountReclaimed(Guid AccountId);

/// <summary>
/// An account was blocked by an owner. Its sessions are ended; whatever else gives access without one (API keys, bot links) ends it now.
/// </summary>
public sealed record AccountBlocked(Guid AccountId);
