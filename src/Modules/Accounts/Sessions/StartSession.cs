using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Sessions;

/// <summary>How long a session may live.</summary>
internal static class SessionTerms
{
    /// <summary>Without a visit.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(30);

    /// <summary>With any number of visits.</summary>
    public static readonly TimeSpan Absolute = TimeSpan.FromDays(90);
}

internal sealed record StartedSession(Guid Id, RefreshSecret Refresh, bool SecondFactor);

/// <summary>How a person showed who they are.</summary>
/// <param name="Method">The provider of the identity.</param>
/// <param name="SecondFactor">Whether two factors were shown.</param>
internal sealed record Proof(string Method, bool SecondFactor = false);

/// <summary>Begins a family of refresh tokens for a device.</summary>
internal sealed class StartSession(
    NetRoomDb db,
    IOptions<AccountsOptions> options,
    TimeProvider clock
)
{
    /// <summary>Adds the session to the context; the caller saves it with the rest.</summary>
    public StartedSession Add(Guid accountId, Proof proof, Client client)
    {
        var now = clock.GetUtcNow();
        var session = new StartedSession(Ids.New(), RefreshSecret.New(), proof.SecondFactor);
        db.Add(
            new Session
            {
                Id = session.Id,
                AccountId = accountId,
                Device = client.Device,
                Os = client.Os,
                Browser = client.Browser,
                Ip = client.Ip,
                UserAgent = client.UserAgent,
                Method = proof.Method,
                SecondFactor = proof.SecondFactor,
                ProvenAt = now,
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = now + SessionTerms.Absolute,
            }
        );
        db.Add(
            new RefreshToken
            {
                Id = Ids.New(),
                SessionId = session.Id,
                Hash = session.Refresh.Hash,
                IssuedAt = now,
                ExpiresAt = now + SessionTerms.Idle,
            }
        );
        return session;
    }

    /// <summary>After the save: ends the least recently used sessions above the limit, and says how many.</summary>
    public Task<int> EndSurplusAsync(Guid accountId, CancellationToken cancel)
    {
        var surplus = db.LiveSessionsOf(accountId, clock.GetUtcNow())
            .OrderByDescending(row => row.LastSeenAt)
            .ThenByDescending(row => row.Id)
            .Skip(options.Value.MostSessions)
            .Select(row => row.Id);
        return db.Set<Session>()
            .Where(row => surplus.Contains(row.Id))
            .EndAsync(EndReasons.TooMany, clock.GetUtcNow(), cancel);
    }
}
