using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Generation.Runs;

/// <summary>How a run is to end, before the money has moved.</summary>
/// <param name="Charge">Null: the hold is released.</param>
internal sealed record Ending(
    RunState State,
    string Text,
    string Reasoning,
    Charge? Charge,
    Usage? Usage,
    string? Failure,
    bool Truncated
);

/// <summary>
/// Ends a run once, in one transaction: its state, its hold, its last events and its owner's row. Whoever changes the state from
/// running wins; the other finds nothing to do.
/// </summary>
internal sealed class Settlement(
    NetRoomDb db,
    IWallet wallet,
    IEnumerable<IRunOwner> owners,
    TimeProvider clock
)
{
    /// <param name="node">The node whose lease it must still be; null for the reaper, who comes when the lease is over.</param>
    /// <returns>Null if the run had ended already or belongs to another node now.</returns>
    public async Task<RunOutcome?> EndAsync(
        Guid runId,
        Guid? node,
        Ending ending,
        IReadOnlyList<RunEvent> lastEvents,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var run = await db.Set<Run>()
            .FromSql($"SELECT * FROM generation.run WHERE id = {runId} FOR UPDATE")
            .SingleOrDefaultAsync(cancel);
        if (
            run is not { State: RunState.Running }
            || (node is { } owner ? run.Node != owner : run.LeaseUntil > clock.GetUtcNow())
        )
            return null;

        var charged = await MoveMoneyAsync(run, ending, cancel);
        var now = clock.GetUtcNow();
        await db.Set<Run>()
            .Where(row => row.Id == runId)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.State, ending.State)
                        .SetProperty(it => it.EndedAt, now)
                        .SetProperty(it => it.ChargedMicro, charged.Micro)
                        .SetProperty(it => it.Failure, ending.Failure)
                        .SetProperty(
                            it => it.Usage,
                            ending.Usage is null ? null : JsonSerializer.Serialize(ending.Usage)
                        ),
                cancel
            );
        var outcome = new RunOutcome(
            runId,
            run.AccountId,
            run.SubjectId,
            ending.State,
            ending.Text,
            ending.Reasoning,
            charged,
            ending.Charge?.Estimated ?? false,
            ending.Failure,
            ending.Truncated,
            now
        );
        await owners.Single(it => it.Origin == run.Origin).OnEndedAsync(outcome, cancel);
        await using (var write = await db.CommandAsync("", cancel))
            await RunJournal.WriteAsync(write, runId, lastEvents, cancel);
        await transaction.CommitAsync(cancel);
        return outcome;
    }

    private async Task<Money> MoveMoneyAsync(Run run, Ending ending, CancellationToken cancel)
    {
        if (ending.Charge is { Amount.IsZero: false } charge)
            return Taken(run, await wallet.CaptureAsync(run.HoldId, charge, cancel));
        Taken(
            run,
            await wallet.ReleaseAsync(
                run.HoldId,
                ending.Failure ?? ending.State.ToString().ToLowerInvariant(),
                cancel
            )
        );
        return Money.Zero;
    }

    /// <summary>A run's own charge is within its own hold; if it is not, the run is not settled.</summary>
    private static Money Taken(Run run, Outcome<Money> moved) =>
        moved.Succeeded(out var taken, out var problem)
            ? taken
            : throw new InvalidOperationException(
                $"The money of run {run.Id} cannot be settled: {problem.Code}."
            );
}
