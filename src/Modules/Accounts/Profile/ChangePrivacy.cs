using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Cookies;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Profile;

/// <summary>A decision of the person, as the history tells of it.</summary>
/// <param name="Address">Where the text is still read; null for what is no document.</param>
public sealed record ConsentLine(
    string Document,
    string Version,
    string Decision,
    DateTimeOffset At,
    string? Title,
    string? Address
);

/// <summary>/settings/privacy: every consent with its version and date, and the ones that can be taken back.</summary>
internal sealed class ChangePrivacy(
    NetRoomDb db,
    Consents consents,
    LegalDocuments documents,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public const string Address = "/settings/privacy";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/settings/privacy",
                (ChangePrivacy change, HttpContext context, CancellationToken cancel) =>
                    change.ShowAsync(context, null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent();
        Form(
            routes.MapPost(
                "/settings/privacy/marketing",
                (
                    ChangePrivacy change,
                    HttpContext context,
                    [FromForm] string? wanted,
                    CancellationToken cancel
                ) => change.MarketingAsync(context, wanted == "yes", cancel)
            )
        );
        Form(
            routes.MapPost(
                "/settings/privacy/withdraw",
                (
                    ChangePrivacy change,
                    HttpContext context,
                    [FromForm] string? sure,
                    CancellationToken cancel
                ) => change.WithdrawAsync(context, sure == "yes", cancel)
            )
        );

        static void Form(RouteHandlerBuilder endpoint) =>
            endpoint
                .RequireAuthorization(Policies.SignedIn)
                .OpenWithoutConsent()
                .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> MarketingAsync(
        HttpContext context,
        bool isWanted,
        CancellationToken cancel
    )
    {
        var agreed = await consents.AgreedAsync(me.Id, cancel);
        if (agreed.Versions.ContainsKey(LegalDocuments.Marketing) != isWanted)
            await DecideAsync(context, LegalDocuments.Marketing, isWanted, cancel);
        Notice.Leave(context, "Saved");
        return TypedResults.LocalRedirect(Address);
    }

    private async Task<IResult> WithdrawAsync(
        HttpContext context,
        bool isSure,
        CancellationToken cancel
    )
    {
        if (!isSure)
            return await ShowAsync(context, new(ProblemKind.Invalid, "profile.be_sure"), cancel);
        var agreed = await consents.AgreedAsync(me.Id, cancel);
        if (agreed.Versions.ContainsKey(LegalDocuments.PersonalData))
            await DecideAsync(context, LegalDocuments.PersonalData, isYes: false, cancel);
        consents.Forget(me.Id);
        return TypedResults.LocalRedirect("/consent/declined");
    }

    private async Task DecideAsync(
        HttpContext context,
        string name,
        bool isYes,
        CancellationToken cancel
    )
    {
        db.Add(
            documents[name]
                .Decided(
                    me.Id,
                    isYes ? Decisions.Accepted : Decisions.Withdrawn,
                    Client.Of(context),
                    clock.GetUtcNow()
                )
        );
        await db.SaveChangesAsync(cancel);
    }

    private async Task<IResult> ShowAsync(
        HttpContext context,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var rows = await db.Set<Consent>()
            .Where(row => row.AccountId == me.Id)
            .OrderByDescending(row => row.DecidedAt)
            .ThenByDescending(row => row.Id)
            .ToListAsync(cancel);
        var agreed = await consents.AgreedAsync(me.Id, cancel);
        return new PageResult<PrivacyPage>(
            new
            {
                History = rows.Select(row => LineOf(row)).ToList(),
                WantsLetters = agreed.Versions.ContainsKey(LegalDocuments.Marketing),
                IsProcessed = agreed.Versions.ContainsKey(LegalDocuments.PersonalData),
                Cookies = CookieChoice.Of(context),
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private ConsentLine LineOf(Consent row)
    {
        var document = documents.Find(row.Document, row.Version);
        return new ConsentLine(
            row.Document,
            row.Version,
            row.Decision,
            row.DecidedAt,
            document?.Title,
            document?.Address
        );
    }
}
