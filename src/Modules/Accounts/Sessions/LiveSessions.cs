using Microsoft.Extensions.Options;
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
    public const string Ended = "ended from another session";
    public const string PasswordChanged = "password changed";
    public const string PasswordReset = "password reset";
    public const string EmailProven = "email proven";
    public const string RoleChanged = "role changed";
    public const string Blocked = "blocked";
}

/// <summary>What a session may do.</summary>
internal enum SessionState
{
    Ended,
    Open,

    /// <summary>Nothing before a proof of who is there: it jumped to another network and another browser at once.</summary>
    OwesProof,

    /// <summary>Nothing before the address is proven, where the operator requires that.</summary>
    OwesAddress,
}

/// <summary>
/// Whether a session still lives. Asked of the database at every request: one read by primary key costs a fraction of what any page
/// reads, and an ended session is dead on every node at once. A cache would be quicker by less than it would be wrong.
/// </summary>
internal sealed class LiveSessions(
    NpgsqlDataSource source,
    IOptions<AccountsOptions> options,
    TimeProvider clock
)
{
    private static readonly TimeSpan BetweenSightings = TimeSpan.FromMinutes(5);

    public async Task<SessionState> StateAsync(Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var ask = source.CreateCommand(
            """
            SELECT s.last_seen_at, s.suspect_at IS NOT NULL,
                   a.email IS NOT NULL AND a.email_proven_at IS NULL AND a.role = 'person'
            FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
            WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND a.blocked_at IS NULL
            """
        );
        ask.Parameters.Add(new() { Value = sessionId });
        ask.Parameters.Add(new() { Value = now });
        await using var row = await ask.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
            return SessionState.Ended;
        var seenAt = row.GetFieldValue<DateTimeOffset>(0);
        var (isSuspect, isUnproven) = (row.GetBoolean(1), row.GetBoolean(2));
        await row.CloseAsync();
        if (now - seenAt > BetweenSightings)
            await SeenAsync(sessionId, now, cancel);
        return isSuspect ? SessionState.OwesProof
            : isUnproven && options.Value.RequireProvenEmail ? SessionState.OwesAddress
            : SessionState.Open;
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
    /// <param name="secondFactor">Whether a second factor was shown; once it was, the session has it.</param>
    public async Task ProveAsync(Guid sessionId, bool secondFactor, CancellationToken cancel)
    {
        await using var prove = source.CreateCommand(
            "UPDATE accounts.session SET proven_at = $2, suspect_at = NULL, second_factor = second_factor OR $3 WHERE id = $1 AND ended_at IS NULL"
        );
        prove.Parameters.Add(new() { Value = sessionId });
        prove.Parameters.Add(new() { Value = clock.GetUtcNow() });
        prove.Parameters.Add(new() { Value = secondFactor });
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
