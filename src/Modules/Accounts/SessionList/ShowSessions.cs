using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.SessionList;

/// <param name="Method">The provider of the identity that opened it.</param>
/// <param name="EndReason">One of the reasons of the sessions; null while it lives.</param>
public sealed record SessionView(
    Guid Id,
    bool IsCurrent,
    string Device,
    string Os,
    string Browser,
    string? Ip,
    string Method,
    bool SecondFactor,
    bool OwesProof,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset? EndedAt,
    string? EndReason
);

/// <param name="At">When it happened.</param>
public sealed record SecurityEventView(string Kind, DateTimeOffset At, string? Device, string? Ip);

/// <summary>Settings, sessions: /settings/sessions. Where somebody is signed in, what ended lately and why, and what happened to their ways in.</summary>
internal sealed class ShowSessions(NetRoomDb db, ICurrentAccount me, TimeProvider clock)
{
    public const string Address = "/settings/sessions";
    private const int MostEvents = 100;
    private static readonly TimeSpan EndedShown = TimeSpan.FromDays(7);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/settings/sessions",
                (ShowSessions show, HttpContext context, CancellationToken cancel) =>
                    show.RunAsync(Current(context), cancel)
            )
            .RequireAuthorization(Policies.SignedIn);
        routes
            .MapPost("/settings/sessions/{id:guid}/end", EndOneAsync)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
        routes
            .MapPost("/settings/sessions/end-others", EndOthersAsync)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> RunAsync(Guid current, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var live = await db.LiveSessionsOf(me.Id, now)
            .OrderByDescending(row => row.Id == current)
            .ThenByDescending(row => row.LastSeenAt)
            .ToListAsync(cancel);
        var ended = await db.Set<Session>()
            .Where(row => row.AccountId == me.Id && row.EndedAt > now - EndedShown)
            .OrderByDescending(row => row.EndedAt)
            .Take(MostEvents)
            .ToListAsync(cancel);
        var events = await db.Set<SecurityEvent>()
            .Where(row => row.AccountId == me.Id && row.At > now - SecurityEvent.Kept)
            .OrderByDescending(row => row.At)
            .Take(MostEvents)
            .Select(row => new SecurityEventView(row.Kind, row.At, row.Device, row.Ip))
            .ToListAsync(cancel);
        return new PageResult<SessionsPage>(
            new
            {
                Live = live.ConvertAll(View),
                Ended = ended.ConvertAll(View),
                Events = events,
            }
        );

        SessionView View(Session row) =>
            new(
                row.Id,
                row.Id == current,
                row.Device,
                row.Os,
                row.Browser,
                row.Ip?.ToString(),
                row.Method,
                row.SecondFactor,
                row.SuspectAt is not null,
                row.CreatedAt,
                row.LastSeenAt,
                row.EndedAt,
                row.EndReason
            );
    }

    // The forms are read, so that their antiforgery tokens are checked. What is not there, or not one's own, is ended already.
    private static async Task<IResult> EndOneAsync(
        Guid id,
        HttpContext context,
        NetRoomDb db,
        ICurrentAccount me,
        TimeProvider clock,
        [FromForm] string? again,
        CancellationToken cancel
    )
    {
        await db.Set<Session>()
            .Where(row => row.Id == id && row.AccountId == me.Id && row.EndedAt == null)
            .EndAsync(EndReasons.Ended, clock.GetUtcNow(), cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(Address);
    }

    private static async Task<IResult> EndOthersAsync(
        HttpContext context,
        NetRoomDb db,
        ICurrentAccount me,
        TimeProvider clock,
        [FromForm] string? again,
        CancellationToken cancel
    )
    {
        await db.EndSessionsAsync(
            me.Id,
            Current(context),
            EndReasons.Ended,
            clock.GetUtcNow(),
            cancel
        );
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(Address);
    }

    private static Guid Current(HttpContext context) =>
        Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value);
}
