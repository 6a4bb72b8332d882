using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn.Linking;

/// <summary>Takes a way in away, never the last, and ends the other sessions that it opened.</summary>
internal sealed class UnlinkWay(
    NetRoomDb db,
    ShowWaysIn show,
    ICurrentAccount me,
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
        await mine.Where(row => row.Provider == provider).ExecuteDeleteAsync(cancel);
        await db.Set<Session>()
            .Where(row =>
                row.AccountId == me.Id
                && row.Method == provider
                && row.Id != current
                && row.EndedAt == null
            )
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.EndedAt, clock.GetUtcNow())
                        .SetProperty(it => it.EndReason, EndReasons.WayRemoved),
                cancel
            );
        await transaction.CommitAsync(cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(ShowWaysIn.Address);
    }
}
