using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Generation.Runs;

/// <summary>The node's beat: joins deltas into events and, every fifth of a second, writes those of all runs in one statement.</summary>
internal sealed partial class RunJournal(
    NpgsqlDataSource source,
    LiveRuns runs,
    TimeProvider clock,
    ILogger<RunJournal> log
) : BackgroundService
{
    private const int BeatsPerFlush = 3;

    private const string Insert = """
        WITH written AS (
            INSERT INTO generation.event(run_id, seq, kind, body)
            SELECT * FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::text[])
            ON CONFLICT DO NOTHING)
        SELECT pg_notify('generation', message) FROM unnest($5::text[]) AS message
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LiveRun.Beat, clock);
        for (var beat = 1; await timer.WaitForNextTickAsync(stoppingToken); beat++)
        {
            foreach (var run in runs.All)
                run.Tick();
            if (beat % BeatsPerFlush != 0)
                continue;
            try
            {
                await FlushAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Nothing is lost: what was not written stays in memory and goes with the next beat.
                FlushFailed(exception);
            }
        }
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        var batch = runs
            .All.Select(run => (Run: run, Events: run.Unstored(includePending: false)))
            .Where(item => item.Events.Count > 0)
            .ToList();
        if (batch.Count == 0)
            return;

        await using var command = source.CreateCommand(Insert);
        AddEvents(command, [.. batch.Select(item => (item.Run.Request.RunId, item.Events))]);
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = batch
                    .Where(item => item.Run.IsWatched)
                    .Select(item => RunBell.Events(item.Run.Request.RunId))
                    .ToArray(),
            }
        );
        await command.ExecuteNonQueryAsync(cancel);
        foreach (var (run, events) in batch)
            run.MarkStored(events[^1].Seq);
    }

    /// <summary>Writes the last events of one run and rings for its readers, inside the transaction that settles it.</summary>
    public static async Task WriteAsync(
        NpgsqlCommand command,
        Guid runId,
        IReadOnlyList<RunEvent> events,
        CancellationToken cancel
    )
    {
        command.CommandText = Insert;
        AddEvents(command, [(runId, events)]);
        command.Parameters.Add(new NpgsqlParameter { Value = new[] { RunBell.Events(runId) } });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static void AddEvents(
        NpgsqlCommand command,
        (Guid RunId, IReadOnlyList<RunEvent> Events)[] batch
    )
    {
        var count = batch.Sum(item => item.Events.Count);
        var (ids, seqs, kinds, bodies) = (
            new Guid[count],
            new int[count],
            new short[count],
            new string[count]
        );
        var at = 0;
        foreach (var (runId, events) in batch)
        foreach (var item in events)
        {
            // PostgreSQL's text cannot hold a zero character; a model may still send one.
            (ids[at], seqs[at], kinds[at], bodies[at]) = (
                runId,
                item.Seq,
                (short)item.Kind,
                item.Body.Replace("\0", "", StringComparison.Ordinal)
            );
            at++;
        }

        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        command.Parameters.Add(new NpgsqlParameter { Value = seqs });
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = kinds,
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
            }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = bodies });
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Writing events failed; they wait in memory"
    )]
    private partial void FlushFailed(Exception exception);
}
