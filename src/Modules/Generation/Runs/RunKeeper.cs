using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Generation.Direct;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Generation.Runs;

/// <summary>Keeps this node's leases alive, and ends the runs of nodes that died: "interrupted, not charged".</summary>
internal sealed partial class RunKeeper(
    NpgsqlDataSource source,
    LiveRuns runs,
    DirectRuns direct,
    IServiceScopeFactory scopes,
    DataFolder data,
    IOptions<GenerationOptions> options,
    TimeProvider clock,
    ILogger<RunKeeper> log
) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan PartingPatience = TimeSpan.FromSeconds(5);
    private readonly GenerationOptions options = options.Value;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // A private database has no other node: whatever runs there died with us.
        if (data.IsOnlyNode)
        {
            await using var expire = source.CreateCommand(
                "UPDATE generation.run SET lease_until = '-infinity' WHERE ended_at IS NULL"
            );
            await expire.ExecuteNonQueryAsync(cancellationToken);
            await ReapAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Gives running answers a moment to finish, then ends them as interrupted: nobody pays for a restart. Before the web server is
    /// told to stop, which waits for every reader of these answers.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await runs.Leaving.CancelAsync();
        await WaitForRunsAsync();
        foreach (var run in runs.All)
            await run.Cancel.CancelAsync();
        foreach (var run in direct.All)
            run.Lose();
        await WaitForRunsAsync();
    }

    private async Task WaitForRunsAsync()
    {
        for (
            var waited = TimeSpan.Zero;
            runs.All.Count + direct.All.Count > 0 && waited < PartingPatience;
            waited += LiveRun.Beat
        )
            await Task.Delay(LiveRun.Beat, clock, CancellationToken.None);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await BeatAsync(stoppingToken);
                await ReapAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                BeatFailed(exception);
            }
        }
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        var live = runs.All.ToDictionary(run => run.Request.RunId);
        var passing = direct.All.Where(run => run.IsHeld).ToDictionary(run => run.Id);
        if (live.Count + passing.Count == 0)
            return;
        // In the order in which a batch of ends takes them.
        await using var command = source.CreateCommand(
            """
            WITH ours AS MATERIALIZED (
                SELECT id FROM generation.run WHERE id = ANY ($1) AND node = $3 AND ended_at IS NULL
                 ORDER BY id FOR NO KEY UPDATE
            )
            UPDATE generation.run AS r SET lease_until = $2 FROM ours WHERE r.id = ours.id
            RETURNING r.id, r.stop_requested
            """
        );
        command.Parameters.Add(
            new NpgsqlParameter { Value = live.Keys.Concat(passing.Keys).ToArray() }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow() + options.Lease });
        command.Parameters.Add(new NpgsqlParameter { Value = runs.Node });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            if (live.Remove(reader.GetGuid(0), out var ours) && reader.GetBoolean(1))
                ours.RequestStop();
            else
                passing.Remove(reader.GetGuid(0));
        // What is left is ours no longer: reaped while we were away, or settled a moment ago. Nobody would pay for going on.
        foreach (var lost in live.Values)
            await lost.Cancel.CancelAsync();
        foreach (var lost in passing.Values)
            lost.Lose();
    }

    private async Task ReapAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        var now = clock.GetUtcNow();
        var dead = await db.Set<Run>()
            .Where(run => run.EndedAt == null && run.LeaseUntil < now)
            .OrderBy(run => run.LeaseUntil)
            .Select(run => new { run.Id, run.Origin })
            .Take(100)
            .ToListAsync(cancel);
        foreach (var run in dead)
            if (run.Origin == DirectRuns.Origin)
                await ReapDirectAsync(run.Id);
            else
                await ReapAsync(run.Id, cancel);
    }

    private async Task ReapAsync(Guid runId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        var events = await db.Set<RunEventRow>()
            .Where(row => row.RunId == runId)
            .OrderBy(row => row.Seq)
            .ToListAsync(cancel);
        var ending = new Ending(
            RunState.Interrupted,
            Join(events, RunEventKind.Text),
            Join(events, RunEventKind.Reasoning),
            null,
            null,
            Failures.Interrupted,
            false
        );
        var last = new RunEvent(events.Count + 1, RunEventKind.End, "");
        var settlement = scope.ServiceProvider.GetRequiredService<Settlement>();
        if (await settlement.EndAsync(runId, null, ending, [last], cancel) is not null)
            Reaped(runId);
    }

    // Nobody has what had come of it, so there is nothing to keep and nothing to pay.
    private async Task ReapDirectAsync(Guid runId)
    {
        var end = new EndCommand(
            runId,
            null,
            RunState.Interrupted,
            null,
            null,
            Failures.Interrupted
        );
        if ((await direct.Ledger.AskAsync(end)).Outcome == "done")
            Reaped(runId);
    }

    private static string Join(List<RunEventRow> events, RunEventKind kind)
    {
        var from = events.FindLastIndex(row => row.Kind == RunEventKind.Restart) + 1;
        return events
            .Skip(from)
            .Where(row => row.Kind == kind)
            .Aggregate(new StringBuilder(), (text, row) => text.Append(row.Body))
            .ToString();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Run {RunId} was interrupted; its hold is released"
    )]
    private partial void Reaped(Guid runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The heartbeat failed; trying again")]
    private partial void BeatFailed(Exception exception);
}
