namespace NetRoom.Billing.Operator;

/// <summary>The wallet's row. Amounts are micro-roubles.</summary>
public sealed record WalletHead(
    Guid Id,
    Guid? AccountId,
    string? Email,
    long Avail,
    long Held,
    long DebtReal,
    long DebtBonus,
    long Spendable,
    int Status,
    string? StatusReason,
    Guid? StatusBy,
    string? StatusByName,
    DateTimeOffset? StatusAt,
    long Number,
    DateTimeOffset LastAt,
    string TimeZone,
    long? LimitMessage,
    long? LimitDay,
    long? LimitMonth
);

/// <summary>All the parts of a lot, in its asset.</summary>
public sealed record LotParts(
    long Granted,
    long Avail,
    long Held,
    long Spent,
    long Refunded,
    long Expired,
    long Voided,
    long ChargedBack,
    long Repaid,
    long Clawed
);

public sealed record LotLine(
    Guid Id,
    int Class,
    string Asset,
    LotParts Parts,
    long Poisoned,
    string SourceKind,
    string SourceId,
    DateTimeOffset? ExpiresAt,
    Guid? ParentLot
);

public sealed record HoldLine(
    Guid Id,
    Guid JobId,
    int Kind,
    int State,
    string Asset,
    long Amount,
    long Captured,
    long ReturnedReal,
    long ReturnedBonus,
    string? ModelId,
    DateTimeOffset HeldAt,
    DateTimeOffset? ResolvedAt
)
{
    public bool MayReturn =>
        Asset == LedgerWords.Rub && Kind != 2 && Captured > ReturnedReal + ReturnedBonus;
}

public sealed record BucketLine(string Kind, DateOnly Key, int Limit, int Used, int Held);

public sealed record EntitlementLine(
    Guid Id,
    string ProductId,
    int Version,
    int Kind,
    int Status,
    long PriceReal,
    long PriceBonus,
    long Recognised,
    long Returned,
    DateTimeOffset Starts,
    DateTimeOffset? Ends,
    bool Renews,
    long Used,
    long InFlight,
    IReadOnlyList<BucketLine> Buckets
);

public sealed record RefundLine(Guid Id, long Amount, int State, DateTimeOffset At);

public sealed record ChargebackLine(
    Guid Id,
    string Case,
    long Amount,
    DateTimeOffset At,
    DateTimeOffset? ReversedAt
);

public sealed record PaymentLine(
    Guid Id,
    Guid LotId,
    string Psp,
    string PspPaymentId,
    long Amount,
    long Refunded,
    long ChargedBack,
    bool Refundable,
    DateTimeOffset PaidAt,
    IReadOnlyList<RefundLine> Refunds,
    IReadOnlyList<ChargebackLine> Chargebacks
);

public sealed record PostingLine(int Dr, int Cr, Guid? LotId, string Asset, long Amount);

public sealed record TransferLine(
    Guid Id,
    long Number,
    string Kind,
    DateTimeOffset At,
    Guid IdemRef,
    long Amount,
    string Asset,
    string? Reason,
    Guid? Actor,
    IReadOnlyList<PostingLine> Lines
);

/// <summary>A page of a list. Older is the key of the next page; null on the last.</summary>
public sealed record Slice<T>(IReadOnlyList<T> Items, string? Older)
{
    internal const int Size = 50;

    /// <summary>Of one row more than a page.</summary>
    internal static Slice<T> Of(IReadOnlyList<T> rows, Func<T, object> key) =>
        rows.Count > Size
            ? new([.. rows.Take(Size)], FormattableString.Invariant($"{key(rows[Size - 1])}"))
            : new(rows, null);
}

/// <summary>Where each list of a wallet's page stands: the last key of the page before.</summary>
public sealed record WalletCursors(long? Before, bool All, Guid? Lots, Guid? Holds, Guid? Payments);

public sealed record WalletDetails(
    WalletHead Head,
    Slice<LotLine> Lots,
    Slice<HoldLine> Open,
    IReadOnlyList<HoldLine> Resolved,
    IReadOnlyList<EntitlementLine> Entitlements,
    Slice<PaymentLine> Payments,
    IReadOnlyList<AdjustmentLine> Adjustments,
    Slice<TransferLine> Transfers,
    WalletCursors Cursors
);
