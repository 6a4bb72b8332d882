using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Generation.History;

/// <summary>A run as it stands.</summary>
/// <param name="Charged">Null while it runs; zero for one that cost nothing.</param>
/// <param name="Usage">Null while it runs, and where nobody has counted.</param>
/// <param name="Failure">A code of the generation's texts, or null.</param>
public sealed record RunRecord(
    Guid Id,
    Guid SubjectId,
    string ModelId,
    RunState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    Money? Charged,
    Usage? Usage,
    string? Failure,
    Guid PriceVersionId
);

/// <summary>Where a page of <see cref="RunDay"/> goes on: after this line.</summary>
public sealed record RunDayMark(DateOnly Day, string ModelId, Guid SubjectId);

/// <summary>What an account's runs of one day (UTC), model and subject came to.</summary>
/// <param name="Completed">Of the runs, those that came to their end.</param>
public sealed record RunDay(
    DateOnly Day,
    string ModelId,
    Guid SubjectId,
    long Runs,
    long Completed,
    Money Charged,
    IReadOnlyList<UnitCount> Units
)
{
    public RunDayMark Mark => new(Day, ModelId, SubjectId);
}

/// <param name="Origin">Of the runs ("api").</param>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day, included.</param>
public sealed record RunDayQuery(
    Guid AccountId,
    string Origin,
    DateOnly From,
    DateOnly To,
    string? ModelId,
    Guid? SubjectId,
    RunDayMark? After,
    int Limit
);

/// <param name="Today">Of the day in UTC.</param>
/// <param name="ThisMonth">Of the calendar month in UTC.</param>
public readonly record struct RunSpending(Money Today, Money ThisMonth);

/// <summary>What runs came to, for whoever reports about them. One account never sees another's.</summary>
public interface IRunHistory
{
    Task<RunRecord?> FindAsync(Guid accountId, Guid runId, CancellationToken cancel);

    /// <summary>In the order of day, model and subject.</summary>
    Task<IReadOnlyList<RunDay>> ByDayAsync(RunDayQuery query, CancellationToken cancel);

    /// <summary>What each subject has been charged; one that has had no run this month is left out.</summary>
    Task<IReadOnlyDictionary<Guid, RunSpending>> SpendingAsync(
        Guid accountId,
        string origin,
        CancellationToken cancel
    );
}
