using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NetRoom.Api.Keys;

/// <summary>Remembers when each key was used last and writes it behind the calls, all keys of this node in one statement.</summary>
internal sealed partial class KeyUse(
    NpgsqlDataSource source,
    KeyCache cache,
    TimeProvider clock,
    ILogger<KeyUse> log
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private ConcurrentDictionary<Guid, DateTimeOffset> used = new();

    public void Note(Guid keyId) => used[keyId] = clock.GetUtcNow();

    /// <summary>Writes what has gathered. A use that is noted in this very moment may be lost: the next one tells the same.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        if (used.IsEmpty)
            return;
        var gathered = Interlocked.Exchange(ref used, new()).ToArray();
        await using var command = source.CreateCommand(
            """
            UPDATE api.key AS k SET last_used_at = u.at FROM unnest($1, $2) AS u(id, at)
             WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
            """
        );
        command.Parameters.Add(
            new NpgsqlParameter { Value = Array.ConvertAll(gathered, it => it.Key) }
        );
        command.Parameters.Add(
            new NpgsqlParameter { Value = Array.ConvertAll(gathered, it => it.Value.UtcDateTime) }
        );
        await command.ExecuteNonQueryAsync(cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await NextAsync(timer, stoppingToken))
            await TryWriteAsync(stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    private async Task TryWriteAsync(CancellationToken cancel)
    {
        try
        {
            cache.Sweep();
            await WriteAsync(cancel);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            WritingFailed(exception);
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "When keys were used last could not be written; it is tried with the next uses"
    )]
    private partial void WritingFailed(Exception exception);
}
