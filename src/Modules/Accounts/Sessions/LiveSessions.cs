using Npgsql;

namespace NetRoom.Accounts.Sessions;

/// <summary>Why a session ended.</summary>
internal static class EndReasons
{
    public const string SignedOut = "signed out";
    public const string SignedInAgain = "signed in again";
    public const string TooMany = "too many sessions";
    public const string WayRemoved = "way in removed";
    public const string TokenReused = "refresh token reused";
}

/// <summary>
/// Whether a session still lives. Asked of the database at every request: one read by primary key costs a fraction of what any page
/// reads, and an ended session is dead on every node at once. A cache would be quicker by less than it would be wrong.
/// </summary>
internal sealed class LiveSessions(NpgsqlDataSource source, TimeProvider clock)
{
    private static readonly TimeSpan BetweenSightings = TimeSpan.FromMinutes(5);

    public async Task<bool> IsLiveAsync(Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var ask = source.CreateCommand(
            "SELECT last_seen_at FROM accounts.session WHERE id = $1 AND ended_at IS NULL AND expires_at > $2"
        );
        ask.Parameters.Add(new() { Value = sessionId });
        ask.Parameters.Add(new() { Value = now });
        if (await ask.ExecuteScalarAsync(cancel) is not DateTime seenAt)
            return false;
        if (now - new DateTimeOffset(seenAt) > BetweenSightings)
            await SeenAsync(sessionId, now, cancel);
        return true;
    }

    /// <summary>Whether the person behind the session showed who they are not longer ago than this.</summary>
    public async Task<bool> IsProvenAsync(Guid sessionId, TimeSpan within, CancellationToken cancel)
    {
        await using var ask = source.CreateCommand(
            "SELECT FROM accounts.session WHERE id = $1 AND ended_at IS NULL AND proven_at > $2"
        );
        ask.Parameters.Add(new() { Value = sessionId });
        ask.Parameters.Add(new() { Value = clock.GetUtcNow() - within });
        await using var row = await ask.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel);
    }

    /// <summary>The person has shown again who they are.</summary>
    public async Task ProveAsync(Guid sessionId, CancellationToken cancel)
    {
        await using var prove = source.CreateCommand(
            "UPDATE accounts.session SET proven_at = $2 WHERE id = $1 AND ended_at IS NULL"
        );
        prove.Parameters.Add(new() { Value = sessionId });
        prove.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await prove.ExecuteNonQueryAsync(cancel);
    }

    public async Task EndAsync(Guid sessionId, string reason, CancellationToken cancel)
    {
        await using var end = source.CreateCommand(
            "UPDATE accounts.session SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL"
        );
        end.Parameters.Add(new() { Value = sessionId });
        end.Parameters.Add(new() { Value = clock.GetUtcNow() });
        end.Parameters.Add(new() { Value = reason });
        await end.ExecuteNonQueryAsync(cancel);
    }

    private async Task SeenAsync(Guid sessionId, DateTimeOffset now, CancellationToken cancel)
    {
        await using var touch = source.CreateCommand(
            "UPDATE accounts.session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2"
        );
        touch.Parameters.Add(new() { Value = sessionId });
        touch.Parameters.Add(new() { Value = now });
        await touch.ExecuteNonQueryAsync(cancel);
    }
}
