using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Sessions;

/// <summary>Ends sessions by the rows; on every node at once, as each asks at every request.</summary>
internal static class EndSessions
{
    /// <summary>Those that could still be used.</summary>
    public static IQueryable<Session> LiveSessionsOf(
        this NetRoomDb db,
        Guid accountId,
        DateTimeOffset now
    ) =>
        db.Set<Session>()
            .Where(row =>
                row.AccountId == accountId
                && row.EndedAt == null
                && row.ExpiresAt > now
                && row.LastSeenAt > now - SessionTerms.Idle
            );

    /// <summary>Ends all of somebody's sessions but one, in the open transaction if there is one.</summary>
    public static Task<int> EndSessionsAsync(
        this NetRoomDb db,
        Guid accountId,
        Guid? except,
        string reason,
        DateTimeOffset now,
        CancellationToken cancel
    ) =>
        db.Set<Session>()
            .Where(row => row.AccountId == accountId && row.EndedAt == null && row.Id != except)
            .EndAsync(reason, now, cancel);

    public static Task<int> EndAsync(
        this IQueryable<Session> sessions,
        string reason,
        DateTimeOffset now,
        CancellationToken cancel
    ) =>
        sessions.ExecuteUpdateAsync(
            row => row.SetProperty(it => it.EndedAt, now).SetProperty(it => it.EndReason, reason),
            cancel
        );
}
