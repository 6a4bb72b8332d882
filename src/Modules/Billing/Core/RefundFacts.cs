using System.Collections.Immutable;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>On what ground a refund is asked.</summary>
public enum RefundAsk
{
    TopUp,
    Charge,
    Outage,
    Pack,
    Plan,
}

/// <summary>What the person gives as the reason; only of weight where a charge is disputed.</summary>
public enum RefundReason
{
    Other,
    Taste,
    ChangedMind,
}

/// <summary>All that a decision goes by; loaded by the caller, judged by <see cref="RefundRules"/>.</summary>
/// <param name="AskedAt">When the person asked: every term is measured to this instant, however long the review takes.</param>
public sealed record RefundFacts(
    RefundAsk Asked,
    DateTimeOffset AskedAt,
    AccountStanding Account,
    RefundSubject? Subject,
    RefundReason Reason = RefundReason.Other
)
{
    /// <summary>Own measured outages and claimed ones; in any order, may overlap.</summary>
    public ImmutableArray<Downtime> Downtimes { get; init; } = [];
}

/// <param name="Deleted">The person has deleted the account; what was left was renounced at the deletion.</param>
/// <param name="Sanctioned">Suspended for a serious violation of the terms.</param>
/// <param name="OwedReal">Real money owed after a chargeback, µ₽; taken off before an unspent top-up is returned.</param>
public sealed record AccountStanding(
    bool Deleted = false,
    bool Sanctioned = false,
    Money OwedReal = default
);

/// <summary>What the request is about.</summary>
public abstract record RefundSubject
{
    private RefundSubject() { }

    /// <summary>A payment and the lot it made; or a lot of bonus, to say why it is not money. Amounts in µ₽.</summary>
    /// <param name="Available">What is left of the lot and not held.</param>
    public sealed record TopUp(
        Money Amount,
        Money Refunded,
        Money ChargedBack,
        bool Refundable,
        DateTimeOffset PaidAt,
        BurnClass Class,
        Money Available
    ) : RefundSubject;

    /// <summary>A captured charge: what it took by class and what earlier refunds gave back of it, µ₽.</summary>
    /// <param name="TwinAt">When the same thing was bought before this, if that purchase still stands.</param>
    /// <param name="RunPaidTwice">Another charge that still stands was made for the same run.</param>
    /// <param name="RunFailed">The run gave no result.</param>
    /// <param name="Mistaken">An operator has looked and confirms a mistake.</param>
    public sealed record Charge(
        DateTimeOffset At,
        Money Real,
        Money Bonus,
        Money ReturnedReal = default,
        Money ReturnedBonus = default,
        DateTimeOffset? TwinAt = null,
        bool RunPaidTwice = false,
        bool RunFailed = false,
        bool Mistaken = false
    ) : RefundSubject;

    /// <summary>A pack of tokens. Prices in µ₽, counts in tokens.</summary>
    /// <param name="PriceReal">What of the price was real money.</param>
    /// <param name="PriceBonus">What of the price was bonus or compensation.</param>
    /// <param name="Unused">Available tokens, those held not among them.</param>
    /// <param name="Held">Tokens held by runs that have not ended.</param>
    public sealed record Pack(
        long Tokens,
        Money PriceReal,
        Money PriceBonus,
        long Unused,
        long Held,
        DateTimeOffset ExpiresAt,
        bool Returned = false
    ) : RefundSubject;

    /// <summary>An unlimited plan. Prices in µ₽.</summary>
    /// <param name="Used">Generations made under the plan.</param>
    /// <param name="TokenPrice">What one generation costs in tokens at the time of the request, µ₽.</param>
    /// <param name="RefundUntil">The last instant at which a refund may be asked.</param>
    /// <param name="InFlight">Generations that have not ended.</param>
    public sealed record Plan(
        Money PriceReal,
        Money PriceBonus,
        long Used,
        Money TokenPrice,
        DateTimeOffset RefundUntil,
        long InFlight,
        bool Returned = false
    ) : RefundSubject;

    /// <summary>The paid term of a subscription or plan, for an outage. Prices and what was returned of them in µ₽.</summary>
    public sealed record Term(
        DateTimeOffset Starts,
        DateTimeOffset Ends,
        Money PriceReal,
        Money PriceBonus,
        Money ReturnedReal = default,
        Money ReturnedBonus = default
    ) : RefundSubject;
}

/// <summary>How it is known that the service was down.</summary>
public enum DowntimeProof
{
    Measured,
    Evidence,
    None,
}

/// <summary>A time without service.</summary>
/// <param name="Until">The return; none while it goes on.</param>
/// <param name="Settled">This person has had a refund for it.</param>
public sealed record Downtime(
    DateTimeOffset From,
    DateTimeOffset? Until,
    DowntimeProof Proof,
    bool Settled = false
);
