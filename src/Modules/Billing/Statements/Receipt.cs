using NetRoom.Kernel;

namespace NetRoom.Billing.Statements;

/// <summary>Part of a movement that came from, or went to, one lot.</summary>
/// <param name="Amount">Micro-roubles, or tokens of a pack.</param>
/// <param name="CreditedAt">When the lot was credited.</param>
public sealed record ReceiptPart(
    LotClass Class,
    string SourceKind,
    DateTimeOffset? CreditedAt,
    DateTimeOffset? ExpiresAt,
    long Amount
);

/// <summary>The run that a movement paid for.</summary>
/// <param name="Held">Micro-roubles, tokens of a pack, or one unit.</param>
/// <param name="Taken">Of what was held.</param>
/// <param name="Plan">The pack or plan that paid; null for the wallet.</param>
/// <param name="Charge">Null while the run is on, and for a run that was released.</param>
public sealed record ReceiptRun(
    Guid JobId,
    Guid HoldId,
    string ModelId,
    SpendCategory Category,
    Guid PriceVersionId,
    FundingKind Funding,
    ProductName? Plan,
    long Held,
    long Taken,
    DateTimeOffset HeldAt,
    DateTimeOffset? EndedAt,
    bool IsOpen,
    Charge? Charge
);

/// <summary>What a purchase bought, and with which money.</summary>
public sealed record ReceiptPurchase(
    Guid HoldId,
    ProductName? Name,
    long? Tokens,
    DateTimeOffset? Starts,
    DateTimeOffset? Ends,
    Money Real,
    Money Bonus
);

/// <param name="TransferId">Null for a run that moved nothing: free, failed, still on, or paid by a plan.</param>
/// <param name="Amount">Micro-roubles, or tokens of a pack.</param>
/// <param name="Pack">Of tokens.</param>
/// <param name="Owed">How much more is owed since; less than nothing: less is owed.</param>
/// <param name="Returned">Of what was charged, what came back later.</param>
public sealed record Receipt(
    Guid? TransferId,
    TransferKind Kind,
    DateTimeOffset At,
    bool IsTokens,
    long Amount,
    ProductName? Pack,
    Money Owed,
    Money Returned,
    IReadOnlyList<ReceiptPart> Parts,
    ReceiptRun? Run,
    ReceiptPurchase? Purchase
);
