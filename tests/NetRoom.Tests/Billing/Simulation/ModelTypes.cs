namespace NetRoom.Tests.Billing.Simulation;

/// <summary>Codes of the classes of lots, as the design gives them.</summary>
internal static class Class
{
    public const int Bonus = 1;
    public const int Compensation = 2;
    public const int Real = 3;
    public const int Pack = 4;
}

internal sealed class ModelLot
{
    /// <summary>Sorts as the lot's id does: those with ids of the client's first, then those the database made, in time.</summary>
    public required string Order { get; init; }
    public Guid Id { get; init; }
    public required int Class { get; init; }
    public required string Asset { get; init; }
    public required string Source { get; init; }
    public required long Granted { get; init; }
    public DateTimeOffset Expires { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>The payment that this bonus came with.</summary>
    public Guid? Parent { get; init; }
    public long Avail { get; set; }
    public long Held { get; set; }
    public long Spent { get; set; }
    public long Refunded { get; set; }
    public long Expired { get; set; }
    public long Voided { get; set; }
    public long ChargedBack { get; set; }
    public long Repaid { get; set; }
    public long Clawed { get; set; }
    public long Poisoned { get; set; }
    public long PriceReal { get; set; }
    public long PriceBonus { get; set; }
    public long Recognised { get; set; }
    public long Returned { get; set; }

    public bool IsClosed => Avail + Held == 0;

    /// <summary>Everything that is compared with the stored row.</summary>
    public string Row =>
        FormattableString.Invariant(
            $"{Asset} granted {Granted} avail {Avail} held {Held} spent {Spent} refunded {Refunded} expired {Expired} voided {Voided} back {ChargedBack} repaid {Repaid} clawed {Clawed} poisoned {Poisoned} price {PriceReal}+{PriceBonus} recognised {Recognised} returned {Returned}"
        );
}

internal sealed class ModelHold
{
    public required Guid Id { get; init; }
    public required Guid Job { get; init; }
    public required long Amount { get; init; }
    public required string Asset { get; init; }
    public required int Kind { get; init; }
    public required int Credit { get; init; }
    public required DateTimeOffset HeldAt { get; init; }
    public bool IsOpen { get; set; } = true;
    public long Captured { get; set; }
    public List<ModelPart> Parts { get; } = [];
    public Guid? Entitlement { get; init; }
    public DateOnly? Period { get; init; }
    public DateOnly? Day { get; init; }
    public long ReturnedReal { get; set; }
    public long ReturnedBonus { get; set; }

    public int State =>
        IsOpen ? 0
        : Captured > 0 ? 1
        : 2;
}

internal sealed class ModelPart(ModelLot lot, long amount)
{
    public ModelLot Lot => lot;
    public long Amount => amount;
    public long Taken { get; set; }
    public long Returned { get; set; }
}

internal sealed class ModelPayment
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }
    public required long Amount { get; init; }
    public required ModelLot Lot { get; init; }
    public required bool Refundable { get; init; }
    public long Refunded { get; set; }
    public long ChargedBack { get; set; }
}

internal sealed class ModelRefund
{
    public required ModelPayment Payment { get; init; }
    public required ModelHold Hold { get; init; }
    public required long Amount { get; init; }

    /// <summary>Asked, paid out, failed, came back.</summary>
    public int State { get; set; }
}

internal sealed class ModelCase
{
    public required Guid Id { get; init; }
    public required ModelPayment Payment { get; init; }
    public required long Amount { get; init; }
    public bool IsReversed { get; set; }
}

internal sealed class ModelEntitlement
{
    public required Guid Id { get; init; }
    public required SimProduct Product { get; init; }
    public required DateTimeOffset Starts { get; init; }
    public required DateTimeOffset Ends { get; set; }
    public Guid? Hold { get; init; }
    public long PriceReal { get; init; }
    public long PriceBonus { get; init; }
    public long Recognised { get; set; }
    public long Returned { get; set; }
    public int Status { get; set; }
    public long Used { get; set; }
    public long InFlight { get; set; }
    public DateOnly? LastDay { get; set; }
    public Dictionary<(char Kind, DateOnly Key), (int Used, int Held)> Buckets { get; } = [];
}

/// <summary>What the simulated shop sells.</summary>
internal sealed record SimProduct(
    string Id,
    int Kind,
    long Price,
    long Tokens = 0,
    int Days = 0,
    int PeriodLimit = 0,
    int DayLimit = 0,
    int RefundDays = 0,
    long TokenPrice = 0
)
{
    public string Asset => "TOK:" + Id;
    public int Credit =>
        Kind switch
        {
            1 => 210,
            2 => 212,
            _ => 211,
        };

    public static readonly SimProduct Free = new("free", 4, 0, DayLimit: 3);

    public static readonly SimProduct[] All =
    [
        new("tens", 1, 30_000_000, Tokens: 10, Days: 20),
        new("sevens", 1, 10_000_001, Tokens: 7, Days: 45),
        new("monthly", 2, 25_000_000, Days: 30, PeriodLimit: 8, DayLimit: 3),
        new("daily", 2, 12_340_000, Days: 7, DayLimit: 2),
        new("endless", 3, 40_000_000, Days: 30, RefundDays: 14, TokenPrice: 1_700_000),
        Free,
    ];
}
