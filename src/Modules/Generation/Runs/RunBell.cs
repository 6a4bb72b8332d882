using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NetRoom.Generation.Runs;

/// <summary>
/// LISTEN/NOTIFY between nodes: "s" asks the owner to stop, "w" asks it to ring for new events, "e" says that there are some.
/// A lost ring costs a second: readers also look by themselves.
/// </summary>
internal sealed partial class RunBell(
    NpgsqlDataSource source,
    LiveRuns runs,
    TimeProvider clock,
    ILogger<RunBell> log
) : BackgroundService
{
    public const string Channel = "generation";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();

    public static string Stop(Guid runId) => $"s{runId:n}";

    public static string Watch(Guid runId) => $"w{runId:n}";

    public static string Events(Guid runId) => $"e{runId:n}";

    public async Task RingAsync(string message, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.Add(new NpgsqlParameter { Value = Channel });
        command.Parameters.Add(new NpgsqlParameter { Value = message });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Returns when the run has news, or after a second.</summary>
    public async Task WaitAsync(Guid runId, CancellationToken cancel)
    {
        var bell = waiting.GetOrAdd(
            runId,
            _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        try
        {
            await bell.Task.WaitAsync(Patience, clock, cancel);
        }
        catch (TimeoutException) { }
        finally
        {
            waiting.TryRemove(KeyValuePair.Create(runId, bell));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                ListeningFailed(exception);
                await Task.Delay(Patience, clock, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        connection.Notification += (_, rung) => Hear(rung.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancel);
        while (true)
            await connection.WaitAsync(cancel);
    }

    private void Hear(string payload)
    {
        if (payload.Length != 33 || !Guid.TryParse(payload.AsSpan(1), out var runId))
            return;
        switch (payload[0])
        {
            case 's':
                runs.Find(runId)?.RequestStop();
                break;
            case 'w' when runs.Find(runId) is { } live:
                live.IsWatched = true;
                break;
            case 'e' when waiting.TryRemove(runId, out var bell):
                bell.TrySetResult();
                break;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Listening for other nodes failed; trying again"
    )]
    private partial void ListeningFailed(Exception exception);
}
