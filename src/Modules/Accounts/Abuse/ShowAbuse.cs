using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Abuse;

/// <summary>An account that looks like somebody's second one.</summary>
public sealed record SuspectLine
{
    public required Guid AccountId { get; init; }
    public required string Label { get; init; }
    public required int Score { get; init; }
    public required string[] Reasons { get; init; }
    public required bool IsWithheld { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The last one; null: it waits.</summary>
    public required string? Decision { get; init; }
}

/// <summary>Another account with the same signal.</summary>
public sealed record SharedSignal(string Kind, Guid AccountId, string Label, DateTimeOffset At);

public sealed record DecisionLine(string Decision, string Reason, string By, DateTimeOffset At);

/// <summary>/operator/abuse: who waits, the newest first, then who was decided on; and one of them with all that is known.</summary>
internal sealed class ShowAbuse(NetRoomDb db)
{
    private const int PageSize = 50;
    private const int MostShared = 100;

    public async Task<IResult> ListAsync(bool? decided, Guid? before, CancellationToken cancel)
    {
        var isDecided = decided == true;
        var lines = await Lines()
            .Where(line => (line.Decision != null) == isDecided)
            // Ids of accounts grow with time.
            .Where(line => before == null || line.AccountId < before)
            .OrderByDescending(line => line.AccountId)
            .Take(PageSize + 1)
            .ToListAsync(cancel);
        return new PageResult<AbusePage>(
            new
            {
                Lines = lines.Take(PageSize).ToList(),
                IsDecided = isDecided,
                Older = lines.Count > PageSize ? lines[PageSize - 1].AccountId : (Guid?)null,
            }
        );
    }

    public async Task<IResult> OneAsync(
        Guid id,
        string? reason,
        Problem? problem,
        CancellationToken cancel
    )
    {
        if (
            await Lines().SingleOrDefaultAsync(line => line.AccountId == id, cancel) is not { } line
        )
            return Problem.NotFound("people.no_person").ToResult();
        return new PageResult<SuspectPage>(
            new
            {
                Line = line,
                Shared = await SharedAsync(id, cancel),
                Decisions = await DecisionsAsync(id, cancel),
                Reason = reason,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private IQueryable<SuspectLine> Lines() =>
        from verdict in db.Set<AbuseVerdict>()
        join account in db.Set<Account>() on verdict.AccountId equals account.Id
        select new SuspectLine
        {
            AccountId = verdict.AccountId,
            Label = account.Email ?? account.Name,
            Score = verdict.Score,
            Reasons = verdict.Reasons,
            IsWithheld = verdict.Withheld,
            At = verdict.CreatedAt,
            Decision = db.Set<AbuseDecision>()
                .Where(row => row.AccountId == verdict.AccountId)
                .OrderByDescending(row => row.DecidedAt)
                .ThenByDescending(row => row.Id)
                .Select(row => row.Decision)
                .FirstOrDefault(),
        };

    private Task<List<SharedSignal>> SharedAsync(Guid id, CancellationToken cancel) =>
        (
            from own in db.Set<AbuseSignal>()
            join other in db.Set<AbuseSignal>()
                on new { own.Kind, own.Hash } equals new { other.Kind, other.Hash }
            join account in db.Set<Account>() on other.AccountId equals account.Id
            where own.AccountId == id && other.AccountId != id
            orderby other.SeenAt descending
            select new SharedSignal(
                other.Kind,
                account.Id,
                account.Email ?? account.Name,
                account.CreatedAt
            )
        )
            .Take(MostShared)
            .ToListAsync(cancel);

    private Task<List<DecisionLine>> DecisionsAsync(Guid id, CancellationToken cancel) =>
        (
            from decision in db.Set<AbuseDecision>()
            join account in db.Set<Account>() on decision.DecidedBy equals account.Id into makers
            from maker in makers.DefaultIfEmpty()
            where decision.AccountId == id
            orderby decision.DecidedAt descending
            select new DecisionLine(
                decision.Decision,
                decision.Reason,
                maker == null ? "" : maker.Email ?? maker.Name,
                decision.DecidedAt
            )
        ).ToListAsync(cancel);
}
