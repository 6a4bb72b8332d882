using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using Npgsql;

namespace NetRoom.Accounts.Sessions;

/// <summary>A new pair of tokens is due to this holder.</summary>
internal sealed record Renewed(Holder Holder, RefreshSecret Refresh);

/// <summary>
/// Exchanges a refresh token for its successor, under the lock of its row. A token used before is either the same browser asking
/// again within ten seconds (a lost answer, two tabs), which gets the same successor, or stolen, which ends the whole session.
/// A session that comes from another network and another browser at once goes on only after a proof of who is there.
/// </summary>
internal sealed partial class RotateRefreshToken(
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<RotateRefreshToken> log
)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Null when the person must sign in again.</summary>
    public async Task<Renewed?> RunAsync(RefreshSecret secret, Client client)
    {
        // Not cancelled with the request: an exchange is made or not made, never half told.
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var exchange = new Exchange(connection, secret, client, now);
        Renewed? renewed = null;
        switch (await exchange.FindAsync())
        {
            case null:
                break;
            case { UsedAt: null } token:
                renewed = await exchange.ReplaceAsync(token);
                if (token.Last.HasJumpedTo(client))
                    outbox.Add(
                        client.Did(token.Holder.AccountId, SecurityKinds.SuspiciousSession, now)
                    );
                break;
            case var token when exchange.IsAskedAgain(token):
                renewed = exchange.Repeat(token);
                break;
            case var token:
                await db.Set<Session>()
                    .Where(row => row.Id == token.Holder.SessionId && row.EndedAt == null)
                    .EndAsync(EndReasons.TokenReused, now, CancellationToken.None);
                outbox.Add(client.Did(token.Holder.AccountId, SecurityKinds.TokenReused, now));
                Reused(token.Holder.SessionId);
                break;
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return renewed;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A used refresh token came back; session {SessionId} is ended"
    )]
    private partial void Reused(Guid sessionId);

    private sealed record Found(
        Guid Id,
        Holder Holder,
        DateTimeOffset? UsedAt,
        byte[]? SealedSuccessor,
        bool SuccessorUsed,
        Client Last
    );

    private sealed class Exchange(
        NpgsqlConnection connection,
        RefreshSecret secret,
        Client client,
        DateTimeOffset now
    )
    {
        public async Task<Found?> FindAsync()
        {
            // The lock comes first, in a statement of its own, so that the second reads what the winner of a race has written.
            await using var take = Command(
                "SELECT id FROM accounts.refresh_token WHERE hash = $1 FOR UPDATE",
                secret.Hash
            );
            if (await take.ExecuteScalarAsync() is not Guid id)
                return null;
            await using var read = Command(
                """
                SELECT t.used_at, t.sealed_successor, child.used_at IS NOT NULL, s.user_agent,
                       s.id, a.id, coalesce(nullif(a.name, ''), a.email, ''), a.language, a.age, a.role, s.second_factor,
                       s.ip
                FROM accounts.refresh_token t
                JOIN accounts.session s ON s.id = t.session_id
                JOIN accounts.account a ON a.id = s.account_id
                LEFT JOIN accounts.refresh_token child ON child.id = t.replaced_by
                WHERE t.id = $1 AND t.expires_at > $2 AND s.expires_at > $2 AND s.ended_at IS NULL AND a.blocked_at IS NULL
                """,
                id,
                now
            );
            await using var row = await read.ExecuteReaderAsync();
            if (!await row.ReadAsync())
                return null;
            return new Found(
                id,
                new Holder(
                    row.GetGuid(5),
                    row.GetGuid(4),
                    row.GetString(6),
                    row.GetString(7),
                    row.GetString(8) == Ages.Adult,
                    row.GetString(9),
                    row.GetBoolean(10)
                ),
                row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0),
                row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1),
                row.GetBoolean(2),
                Client.Of(
                    row.GetString(3),
                    row.IsDBNull(11) ? null : row.GetFieldValue<IPAddress>(11)
                )
            );
        }

        public async Task<Renewed> ReplaceAsync(Found token)
        {
            var (childId, child) = (Ids.New(), RefreshSecret.New());
            await using var insert = Command(
                """
                INSERT INTO accounts.refresh_token (id, session_id, parent_id, hash, issued_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                childId,
                token.Holder.SessionId,
                token.Id,
                child.Hash,
                now,
                now + SessionTerms.Idle
            );
            await insert.ExecuteNonQueryAsync();
            await using var use = Command(
                "UPDATE accounts.refresh_token SET used_at = $2, replaced_by = $3, sealed_successor = $4 WHERE id = $1",
                token.Id,
                now,
                childId,
                secret.Seal(child)
            );
            await use.ExecuteNonQueryAsync();
            await using var see = Command(
                """
                UPDATE accounts.session
                SET last_seen_at = $2, ip = $3, user_agent = $4, device = $5, os = $6, browser = $7,
                    suspect_at = CASE WHEN $8 THEN $2 ELSE suspect_at END,
                    proven_at = CASE WHEN $8 THEN '-infinity' ELSE proven_at END
                WHERE id = $1
                """,
                token.Holder.SessionId,
                now,
                (object?)client.Ip ?? DBNull.Value,
                client.UserAgent,
                client.Device,
                client.Os,
                client.Browser,
                token.Last.HasJumpedTo(client)
            );
            await see.ExecuteNonQueryAsync();
            return new Renewed(token.Holder, child);
        }

        public bool IsAskedAgain(Found token) =>
            now - token.UsedAt < Grace
            && !token.SuccessorUsed
            && token.Last.UserAgent == client.UserAgent;

        public Renewed Repeat(Found token) =>
            new(token.Holder, secret.Open(token.SealedSuccessor!));

        private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
        {
            var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            return command;
        }
    }
}
