using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Billing;

public enum ProductKind
{
    Pack = 1,
    Subscription = 2,
    Unlimited = 3,
    Free = 4,
}

/// <summary>What is sold. Terms never change: new terms are a new version.</summary>
/// <param name="Models">Ids of models, or groups as "@Text".</param>
/// <param name="Tokens">Of a pack.</param>
/// <param name="Days">The term; null for ever.</param>
/// <param name="PeriodLimit">Runs in the whole term.</param>
/// <param name="DayLimit">Runs on a local day.</param>
/// <param name="RefundDays">How long after the purchase an unlimited plan may be refunded.</param>
/// <param name="TokenPrice">Of one generation, for that refund.</param>
public sealed record Product(
    string Id,
    int Version,
    ProductKind Kind,
    string NameEn,
    string NameRu,
    IReadOnlyList<string> Models,
    Money Price,
    long? Tokens,
    int? Days,
    int? PeriodLimit,
    int? DayLimit,
    int RefundDays,
    Money TokenPrice,
    bool OnSale
)
{
    public string Name(string language) => language == "ru" ? NameRu : NameEn;

    public FundingKind Funds =>
        Kind switch
        {
            ProductKind.Pack => FundingKind.Pack,
            ProductKind.Subscription => FundingKind.Subscription,
            ProductKind.Unlimited => FundingKind.Unlimited,
            _ => FundingKind.Free,
        };

    public bool Covers(ModelInfo model) =>
        Models.Contains(model.Id, StringComparer.Ordinal)
        || Models.Contains("@" + model.Group, StringComparer.Ordinal);
}

/// <summary>Something a person has besides money, with what is left of it.</summary>
/// <param name="Id">Of the entitlement, or of the pack's lot.</param>
/// <param name="TokensLeft">Of a pack.</param>
/// <param name="Used">Runs so far.</param>
/// <param name="LeftInPeriod">Null without such a limit.</param>
/// <param name="LeftToday">Null without such a limit.</param>
/// <param name="DayEnds">When the day's count begins anew.</param>
public sealed record EntitlementView(
    Guid Id,
    Product Product,
    DateTimeOffset Starts,
    DateTimeOffset? Ends,
    bool Renews,
    long? TokensLeft,
    long? TokensHeld,
    long Used,
    int? LeftInPeriod,
    int? LeftToday,
    DateTimeOffset? DayEnds
)
{
    /// <summary>Whether one more run may start.</summary>
    public bool HasUnit => LeftInPeriod is not 0 && LeftToday is not 0;
}

/// <summary>Subscriptions, unlimited plans, packs and the free tier.</summary>
public interface IEntitlements
{
    Task<IReadOnlyList<Product>> ProductsAsync(CancellationToken cancel);

    /// <summary>Adds a version; the old one stays for those who bought it. Problem: billing.product_invalid.</summary>
    Task<Outcome<Product>> PublishAsync(Product product, CancellationToken cancel);

    /// <summary>What a person has now, in the order in which it pays.</summary>
    Task<IReadOnlyList<EntitlementView>> ListAsync(Guid accountId, CancellationToken cancel);

    /// <summary>
    /// Buys from the balance, in one transaction: hold, capture, delivery. Answers the entitlement's id.
    /// Problems: billing.no_product, billing.balance_short, billing.debt, billing.wallet_frozen, billing.reused.
    /// </summary>
    /// <param name="purchaseId">Made by the caller's form: the same id is the same purchase.</param>
    Task<Outcome<Guid>> BuyAsync(
        Guid accountId,
        Guid purchaseId,
        string productId,
        bool renews,
        CancellationToken cancel
    );

    /// <summary>The next term, from the balance, at today's price; once however often it is asked. Problems as of a purchase.</summary>
    Task<Outcome<Guid>> RenewAsync(Guid entitlementId, CancellationToken cancel);

    /// <summary>
    /// Another product from now on: what is unused of the old term comes back, the new price is paid. Problems as of a purchase, and
    /// billing.ended.
    /// </summary>
    Task<Outcome<Guid>> UpgradeAsync(
        Guid accountId,
        Guid entitlementId,
        Guid purchaseId,
        string productId,
        CancellationToken cancel
    );

    /// <summary>
    /// Runs to the end of its term and ends there; true to go on after all. A renewal that waits for money can be called off.
    /// Problem: billing.no_entitlement.
    /// </summary>
    Task<Outcome<bool>> SetRenewalAsync(
        Guid accountId,
        Guid entitlementId,
        bool renews,
        CancellationToken cancel
    );

    /// <summary>
    /// Returns what the unused tokens cost, by class. Problems: billing.no_pack, billing.busy (jobs hold tokens), billing.nothing_due.
    /// </summary>
    Task<Outcome<Money>> RefundPackAsync(
        Guid accountId,
        Guid lotId,
        Guid? actor,
        CancellationToken cancel
    );

    /// <summary>
    /// Price less what its generations cost now, inside the window. Problems: billing.no_entitlement, billing.ended, billing.busy (runs
    /// are on; no new ones start; ask again), billing.nothing_due.
    /// </summary>
    Task<Outcome<Money>> RefundPlanAsync(
        Guid accountId,
        Guid entitlementId,
        Guid? actor,
        CancellationToken cancel
    );
}

/// <summary>Billing:Funding in the configuration.</summary>
public sealed class FundingOptions
{
    private static readonly FundingKind[] Usual =
    [
        FundingKind.Free,
        FundingKind.Subscription,
        FundingKind.Unlimited,
        FundingKind.Pack,
        FundingKind.Wallet,
    ];

    /// <summary>Which way of paying comes first; what is left out never pays. None: the usual order.</summary>
    public FundingKind[]? Order { get; set; }

    public IReadOnlyList<FundingKind> InOrder => Order is { Length: > 0 } order ? order : Usual;
}
