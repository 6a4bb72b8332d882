using System.Collections.Concurrent;

namespace NetRoom.Sandbox;

/// <summary>The provider's own account of calls, to compare a customer's ledger with.</summary>
internal sealed class CallLog(TimeProvider clock, SandboxOptions options)
{
    private readonly ConcurrentQueue<Call> calls = new();
    private long lastId;

    public Call Open(string protocol)
    {
        var call = new Call
        {
            Id = Interlocked.Increment(ref lastId),
            Protocol = protocol,
            StartedAt = clock.GetUtcNow(),
        };
        calls.Enqueue(call);
        while (calls.Count > options.CallsKept)
        {
            calls.TryDequeue(out _);
        }
        return call;
    }

    public IReadOnlyList<Call> Since(long id) =>
        [.. calls.Where(call => call.Id > id).OrderBy(call => call.Id)];

    public void Clear() => calls.Clear();
}

internal static class AccountOfCalls
{
    /// <summary>
    /// <c>GET /_sandbox/calls?since=N</c> lists calls with an id above N; <c>POST /_sandbox/reset</c> forgets calls, letters,
    /// prompt caches and counters. Ids go on growing after a reset.
    /// </summary>
    public static void MapAccountOfCalls(this WebApplication app)
    {
        var group = app.MapGroup("/_sandbox");
        group.MapGet(
            "/calls",
            (CallLog log, long since = 0) => TypedResults.Json(log.Since(since))
        );
        group.MapPost(
            "/reset",
            (
                CallLog log,
                PrefixCache cache,
                Faults.Flakiness flakiness,
                Media.JobBook jobs,
                Mail.Inbox inbox,
                Mail.Greylist greylist
            ) =>
            {
                inbox.Clear();
                greylist.Clear();
                log.Clear();
                jobs.Clear();
                cache.Clear();
                flakiness.Clear();
                return TypedResults.NoContent();
            }
        );
    }
}
