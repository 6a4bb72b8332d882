using NetRoom.Kernel;

namespace NetRoom.Generation.Direct;

/// <summary>
/// A limit of its own for one of those who spend from a wallet: an API key. A run counts with what is held for it, then with what it
/// cost, on the day and in the month (UTC) in which it began.
/// </summary>
/// <param name="PerDay">Null: no limit. What is spent is counted all the same.</param>
public sealed record SpendCap(Guid Id, Money? PerDay, Money? PerMonth);

/// <summary>The row of a cap. Functions/01_direct.sql writes it.</summary>
internal sealed class Spend
{
    public required Guid CapId { get; init; }
    public required DateOnly Day { get; init; }
    public required long DayMicro { get; init; }
    public required DateOnly Month { get; init; }
    public required long MonthMicro { get; init; }
}
