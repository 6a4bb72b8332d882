using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// Streams of events are let in once and may stay for minutes. This cuts those whose session has ended meanwhile: one question to the
/// database every two seconds, for all of this node's streams.
/// </summary>
internal sealed partial class StreamWatch(
    NpgsqlDataSource source,
    TimeProvider clock,
    ILogger<StreamWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<HttpContext, Guid> open = new();

    public void Watch(HttpContext context, Guid sessionId)
    {
        if (!open.TryAdd(context, sessionId))
            return;
        context.Response.OnCompleted(() =>
        {
            open.TryRemove(context, out _);
            return Task.CompletedTask;
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await CutEndedAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                NotAsked(failure);
            }
    }

    private async Task CutEndedAsync(CancellationToken cancel)
    {
        var watched = open.ToArray();
        if (watched.Length == 0)
            return;
        var ended = new HashSet<Guid>();
        await using var ask = source.CreateCommand(
            """
            SELECT s.id FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
            WHERE s.id = ANY ($1) AND (s.ended_at IS NOT NULL OR a.blocked_at IS NOT NULL)
            """
        );
        ask.Parameters.Add(new() { Value = watched.Select(one => one.Value).Distinct().ToArray() });
        await using (var row = await ask.ExecuteReaderAsync(cancel))
            while (await row.ReadAsync(cancel))
                ended.Add(row.GetGuid(0));
        // Only with its own session still: the server uses a context again for another request.
        foreach (var stream in watched)
            if (ended.Contains(stream.Value) && open.TryRemove(stream))
                stream.Key.Abort();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether the sessions of open streams live could not be asked"
    )]
    private partial void NotAsked(Exception exception);
}
