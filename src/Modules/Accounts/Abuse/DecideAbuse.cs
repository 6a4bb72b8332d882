using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;
using Npgsql;

namespace NetRoom.Accounts.Abuse;

/// <summary>What an operator sends: "granted" or "kept", and why.</summary>
public sealed record AbuseForm
{
    public string? Decision { get; init; }
    public string? Reason { get; init; }
}

/// <summary>An operator gives the withheld bonus, or leaves it withheld. It is given once, however often and by whomever it is pressed.</summary>
internal sealed class DecideAbuse(
    NetRoomDb db,
    Outbox outbox,
    ShowAbuse show,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public const string Home = "/operator/abuse";
    private const int LongestReason = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/operator/abuse",
                (ShowAbuse show, bool? decided, Guid? before, CancellationToken cancel) =>
                    show.ListAsync(decided, before, cancel)
            )
            .RequireAuthorization(Policies.Owner);
        routes
            .MapGet(
                "/operator/abuse/{id:guid}",
                (ShowAbuse show, Guid id, CancellationToken cancel) =>
                    show.OneAsync(id, null, null, cancel)
            )
            .RequireAuthorization(Policies.Owner);
        routes
            .MapPost(
                "/operator/abuse/{id:guid}",
                (
                    DecideAbuse decide,
                    HttpContext context,
                    Guid id,
                    [FromForm] AbuseForm? form,
                    CancellationToken cancel
                ) => decide.RunAsync(context, id, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.Owner)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    public async Task<IResult> RunAsync(
        HttpContext context,
        Guid id,
        AbuseForm form,
        CancellationToken cancel
    )
    {
        var reason = form.Reason?.Trim() ?? "";
        if (form.Decision is not (AbuseDecision.Granted or AbuseDecision.Kept))
            return await AgainAsync("abuse.choose");
        if (reason.Length is 0 or > LongestReason)
            return await AgainAsync("abuse.reason_needed");
        var verdict = await db.Set<AbuseVerdict>()
            .SingleOrDefaultAsync(row => row.AccountId == id, cancel);
        if (verdict is null)
            return await AgainAsync("abuse.choose");
        if (form.Decision == AbuseDecision.Granted && !verdict.Withheld)
            return await AgainAsync("abuse.not_withheld");

        var isNew = await KeepAsync(id, form.Decision, reason, cancel);
        if (isNew)
            await outbox.DeliverNowAsync(cancel);
        Notice.Leave(context, isNew ? "Done" : "It had been done before");
        return TypedResults.LocalRedirect($"{Home}/{id}");

        Task<IResult> AgainAsync(string code) =>
            show.OneAsync(id, form.Reason, new Problem(ProblemKind.Invalid, code), cancel);
    }

    /// <summary>False where the bonus had been given before: then nothing is left to decide.</summary>
    private async Task<bool> KeepAsync(
        Guid id,
        string decision,
        string reason,
        CancellationToken cancel
    )
    {
        var granted = db.Set<AbuseDecision>()
            .Where(row => row.AccountId == id && row.Decision == AbuseDecision.Granted);
        if (await granted.AnyAsync(cancel))
            return false;
        db.Add(
            new AbuseDecision
            {
                Id = Ids.New(),
                AccountId = id,
                Decision = decision,
                Reason = reason,
                DecidedBy = me.Id,
                DecidedAt = clock.GetUtcNow(),
            }
        );
        if (decision == AbuseDecision.Granted)
            outbox.Add(new StarterBonusAllowed(id));
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            // Somebody else granted it a moment ago.
            db.ChangeTracker.Clear();
            return false;
        }
    }
}
