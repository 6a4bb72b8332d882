using NetRoom.Kernel;

namespace NetRoom.Billing.Ledger;

// What the pages read. Nothing here is ever tracked or saved: money moves only through the functions of the schema.

internal sealed class WalletRow
{
    public Guid Id { get; init; }
    public Guid? AccountId { get; init; }
    public long Held { get; init; }
    public long DebtReal { get; init; }
    public long DebtBonus { get; init; }
    public long? LimitMessage { get; init; }
    public long? LimitDay { get; init; }
    public long? LimitMonth { get; init; }
}

internal sealed class LotRow
{
    public Guid Id { get; init; }
    public Guid WalletId { get; init; }
    public LotClass Class { get; init; }
    public required string Asset { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public bool Closed { get; init; }
    public required string SourceKind { get; init; }
    public Guid? ParentLot { get; init; }
    public long Granted { get; init; }
    public long Avail { get; init; }

    /// <summary>When the lot lapses; null for never.</summary>
    public static DateTimeOffset? Term(DateTimeOffset expiresAt) =>
        expiresAt == DateTimeOffset.MaxValue ? null : expiresAt;
}

internal sealed class HoldRow
{
    public Guid Id { get; init; }
    public Guid WalletId { get; init; }
    public Guid JobId { get; init; }
    public long Amount { get; init; }
    public long Captured { get; init; }
    public HoldState State { get; init; }
    public HoldKind Kind { get; init; }
    public required string Asset { get; init; }
    public Guid? EntitlementId { get; init; }

    // Of a run: a refund and a purchase have none of these.
    public SpendCategory? Category { get; init; }
    public string? ModelId { get; init; }
    public Guid? PriceVersionId { get; init; }
    public int? CoefficientPpm { get; init; }

    // Of a run that ended with a charge.
    public long? Uncapped { get; init; }
    public bool? Estimated { get; init; }
    public string? Lines { get; init; }
    public DateTimeOffset HeldAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What the run came to; null while it is on, and of one that was released.</summary>
    public Charge? ToCharge() =>
        Uncapped is null
            ? null
            : new(
                Asset == Roubles ? new Money(Captured) : Money.Zero,
                new Money(Uncapped.Value),
                LedgerJson.ReadLines(Lines ?? "[]"),
                CoefficientPpm ?? 1_000_000,
                Estimated ?? false
            );

    public const string Roubles = "RUB";
}

internal enum HoldKind : short
{
    Run = 1,
    Refund = 2,
    Purchase = 3,
}

internal enum HoldState
{
    Open,
    Captured,
    Released,
}

internal sealed class TransferRow
{
    public Guid Id { get; init; }
    public Guid WalletId { get; init; }
    public long Number { get; init; }
    public TransferKind Kind { get; init; }
    public Guid IdemRef { get; init; }
    public required string Asset { get; init; }
    public long Amount { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class PostingRow
{
    public Guid TransferId { get; init; }
    public int Seq { get; init; }
    public LedgerAccount Dr { get; init; }
    public LedgerAccount Cr { get; init; }
    public Guid? LotId { get; init; }
    public required string Asset { get; init; }
    public long Amount { get; init; }
}

/// <summary>Account codes; see 0003_engine.sql.</summary>
internal enum LedgerAccount : short
{
    Avail = 1,
    Held = 2,
    DebtReal = 3,
    DebtBonus = 4,
    PspClearing = 100,
    PayoutClearing = 110,
    Revenue = 200,
    DeferredPack = 210,
    DeferredPlan = 211,
    DeferredSubscription = 212,
    Promo = 300,
    Referral = 301,
    Compensation = 302,
    Breakage = 310,
    Voided = 320,
    Chargeback = 330,
    BadDebt = 340,
    Adjustment = 360,
    LateSuccess = 400,
    Issue = 500,
    Consumed = 510,
}
