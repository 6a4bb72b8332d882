using NetRoom.Kernel;

namespace NetRoom.Billing.Ledger;

// What the pages read. Nothing here is ever tracked or saved: money moves only through the functions of the schema.

internal sealed class WalletRow
{
    public Guid Id { get; init; }
    public Guid? AccountId { get; init; }
    public long Held { get; init; }
}

internal sealed class LotRow
{
    public Guid Id { get; init; }
    public Guid WalletId { get; init; }
    public LotClass Class { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public bool Closed { get; init; }
    public required string SourceKind { get; init; }
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
    public SpendCategory Category { get; init; }
    public required string ModelId { get; init; }
    public Guid PriceVersionId { get; init; }
    public int CoefficientPpm { get; init; }
    public DateTimeOffset HeldAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
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
    public long Amount { get; init; }
    public DateTimeOffset At { get; init; }
}

internal sealed class PostingRow
{
    public Guid TransferId { get; init; }
    public int Seq { get; init; }
    public LedgerAccount Dr { get; init; }
    public LedgerAccount Cr { get; init; }
    public Guid LotId { get; init; }
    public long Amount { get; init; }
}

/// <summary>Account codes; see 0001_ledger.sql.</summary>
internal enum LedgerAccount : short
{
    Avail = 1,
    Held = 2,
    PspClearing = 100,
    Revenue = 200,
    Promo = 300,
    Compensation = 302,
    Breakage = 310,
}

internal sealed class ChargeRow
{
    public Guid HoldId { get; init; }
    public long Amount { get; init; }
    public long Uncapped { get; init; }
    public int CoefficientPpm { get; init; }
    public bool Estimated { get; init; }
    public required string Lines { get; init; }

    public Charge ToCharge() =>
        new(
            new Money(Amount),
            new Money(Uncapped),
            LedgerJson.ReadLines(Lines),
            CoefficientPpm,
            Estimated
        );
}
