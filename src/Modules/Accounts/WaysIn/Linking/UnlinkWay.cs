using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn.Linking;

/// <summary>Takes a way in away, never the last, and ends the other sessions that it opened.</summary>
internal sealed class UnlinkWay(
    NetRoomDb db,
    ShowWaysIn show,
    ICurrentAccount me,
    Outbox outbox,
    TimeProvider clock
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/settings/ways-in/{provider}/unlink",
                (
                    UnlinkWay unlink,
                    HttpContext context,
                    string provider,
                    CancellationToken cancel
                ) => unlink.RunAsync(context, provider, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .RequireFormToken()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    public static string AddressOf(string provider) => $"{ShowWaysIn.Address}/{provider}/unlink";

    private async Task<IResult> RunAsync(
        HttpContext context,
        string provider,
        CancellationToken cancel
    )
    {
        var current = Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Two tabs that remove one each must not leave none: the second waits here and counts again.
        await db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM accounts.account WHERE id = {me.Id} FOR UPDATE",
            cancel
        );
        var mine = db.Set<Identity>().Where(row => row.AccountId == me.Id);
        if (!await mine.AnyAsync(row => row.Provider != provider, cancel))
            return await show.PageAsync(
                context,
                new Problem(ProblemKind.Conflict, "ways.last"),
                cancel
            );
        if (await mine.Where(row => row.Provider == provider).ExecuteDeleteAsync(cancel) == 0)
            return TypedResults.LocalRedirect(ShowWaysIn.Address);
        var now = clock.GetUtcNow();
        await db.Set<Session>()
            .Where(row =>
                row.AccountId == me.Id
                && row.Method == provider
                && row.Id != current
                && row.EndedAt == null
            )
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.EndedAt, now)
                        .SetProperty(it => it.EndReason, EndReasons.WayRemoved),
                cancel
            );
        outbox.Add(Client.Of(context).Did(me.Id, SecurityKinds.WayRemoved, now));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(ShowWaysIn.Address);
    }
}
