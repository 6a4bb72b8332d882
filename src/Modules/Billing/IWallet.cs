using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Billing;

/// <summary>
/// What a person has. <paramref name="Available"/> is what a new hold may take: the parts without the debt, and nothing while
/// real money is owed.
/// </summary>
public sealed record Balance(
    Money Available,
    Money Real,
    Money Bonus,
    Money Compensation,
    Money Held,
    Money Debt
);

/// <summary>What a run is paid with.</summary>
public enum FundingKind
{
    Wallet,
    Pack,
    Subscription,
    Unlimited,
    Free,
}

/// <param name="ProductId">Of a pack.</param>
/// <param name="EntitlementId">Of a subscription, an unlimited plan or the free tier.</param>
/// <param name="Tokens">What is held of a pack.</param>
public sealed record Funding(
    FundingKind Kind,
    string? ProductId = null,
    Guid? EntitlementId = null,
    long Tokens = 0
)
{
    public static readonly Funding Wallet = new(FundingKind.Wallet);
}

/// <summary>
/// A price that was shown and stays: frozen rates, coefficient and ceiling. Immutable; stored with its hold.
/// </summary>
/// <param name="CoefficientPpm">Personal coefficient in millionths; 1,000,000 is none.</param>
/// <param name="Low">The likely least, shown as "≈ low–high".</param>
/// <param name="High">The likely most.</param>
/// <param name="Ceiling">What is held and never exceeded.</param>
/// <param name="MaxOutputTokens">The output that the ceiling pays for; sent to the provider as its limit.</param>
public sealed record Quote(
    Guid Id,
    string ModelId,
    Guid PriceVersionId,
    RateCard Rates,
    int CoefficientPpm,
    Money Low,
    Money High,
    Money Ceiling,
    int MaxOutputTokens
)
{
    /// <summary>Chosen with the price, and shown with it. Quotes of before there was a choice are of the wallet.</summary>
    public Funding Funding { get; init; } = Funding.Wallet;
}

/// <summary>The category of a statement line (product F1).</summary>
public enum SpendCategory
{
    Text,
    Image,
    Video,
    Audio,
    Files,
}

/// <param name="Id">Made by the caller; the same id is the same hold, however often it is asked for.</param>
/// <param name="JobId">The run that the hold pays for.</param>
/// <param name="ExpiresAt">When the sweeper starts to ask what became of it.</param>
public sealed record HoldRequest(
    Guid Id,
    Guid AccountId,
    Guid JobId,
    Quote Quote,
    SpendCategory Category,
    DateTimeOffset ExpiresAt
);

/// <summary>What a lot is of: bonus, compensation, real money, or the tokens of a pack.</summary>
public enum LotClass
{
    Bonus = 1,
    Compensation = 2,
    Real = 3,
    Pack = 4,
}

/// <param name="SourceKind">Why it was given ("starter", "adjustment"); unique together with the source id and class.</param>
/// <param name="ParentLot">The real lot that a bonus came with.</param>
/// <param name="Actor">The operator's account; null: the service itself.</param>
/// <param name="Reason">A code: the ledger has no free text.</param>
public sealed record Grant(
    Guid AccountId,
    LotClass Class,
    Money Amount,
    string SourceKind,
    string SourceId,
    DateTimeOffset? ExpiresAt,
    Guid? ParentLot = null,
    Guid? Actor = null,
    string? Reason = null
);

/// <summary>
/// The wallet. Every method is one round trip and joins the transaction of the scope's NetRoomDb if one is open. Else a hold,
/// a capture or a release shares a commit with those of other scopes, and no other's failure is its own. All are idempotent
/// by their natural keys.
/// </summary>
public interface IWallet
{
    Task<Balance> BalanceAsync(Guid accountId, CancellationToken cancel);

    /// <summary>
    /// Reserves what the quote's funding says: its ceiling from the wallet, tokens of a pack, or a unit of an entitlement. A
    /// ceiling of zero (a free model) needs no money. Problems: "billing.balance_short" and "billing.pack_short" (402; args:
    /// needed, available), "billing.debt" (402), "billing.wallet_frozen", "billing.wallet_closed" (403),
    /// "billing.limit_message", "billing.limit_day", "billing.limit_month" (403; args: needed, left of the limit),
    /// "billing.entitlement_ended" (403), "billing.quota_day", "billing.quota_period" (429), "billing.hold_resolved" (409: the
    /// hold is over, its run must not start again), "billing.hold_reused" (409: the id or job is another hold's),
    /// "billing.amount_invalid" (422).
    /// </summary>
    Task<Outcome<Guid>> HoldAsync(HoldRequest request, CancellationToken cancel);

    /// <summary>
    /// Takes the charge from the hold and returns the rest to the lots it came from. A zero charge is a release.
    /// Answers what money was taken, none of packs and units; a hold that is already resolved answers what it was resolved with.
    /// Problems: "billing.no_hold" (404), "billing.amount_invalid" (422: the charge is negative or above the hold).
    /// </summary>
    Task<Outcome<Money>> CaptureAsync(Guid holdId, Charge charge, CancellationToken cancel);

    /// <summary>
    /// Gives everything back. Of a resolved hold it answers what money was taken, and changes nothing. Problem: "billing.no_hold" (404).
    /// </summary>
    /// <param name="reason">A code ("failed", "cancelled"); anything else is kept as "other": the ledger has no free text.</param>
    Task<Outcome<Money>> ReleaseAsync(Guid holdId, string reason, CancellationToken cancel);

    /// <summary>
    /// Credits a new lot; false if this source was granted before. Opens the wallet if there is none. Problems: "billing.reused" (409:
    /// the source gave something else before), "billing.closed" (403), "billing.too_large" (422: the balance would pass 9.2 trillion
    /// roubles), "billing.amount_invalid" (422: nothing or less, a pack, real money that expires).
    /// </summary>
    Task<Outcome<bool>> GrantAsync(Grant grant, CancellationToken cancel);
}
