using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>What the form sends; checkboxes send "yes".</summary>
public sealed record ConsentForm
{
    /// <summary>"accept" or "decline".</summary>
    public string? Decision { get; init; }
    public string? Terms { get; init; }
    public string? PersonalData { get; init; }

    /// <summary>The versions that were on the page: only what was shown can be decided.</summary>
    public string? Shown { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>/consent: what is new in the documents, and the person's yes or no to it.</summary>
internal sealed class GiveConsent(
    NetRoomDb db,
    Consents consents,
    LegalDocuments documents,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public const string Address = "/consent";
    private const string Declined = Address + "/declined";

    public static string AddressFor(string returnUrl) =>
        Address + QueryString.Create("returnUrl", returnUrl);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/consent",
                (GiveConsent give, string? returnUrl, CancellationToken cancel) =>
                    give.ShowAsync(new() { ReturnUrl = returnUrl }, null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent();
        routes
            .MapPost(
                "/consent",
                (
                    GiveConsent give,
                    HttpContext context,
                    [FromForm] ConsentForm? form,
                    CancellationToken cancel
                ) => give.RunAsync(context, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
        routes
            .MapGet(
                "/consent/declined",
                (IEnumerable<LeavingLink> links) =>
                    new PageResult<DeclinedPage>(
                        new { Links = links.OrderBy(link => link.Order).ToList() }
                    )
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent();
    }

    public async Task<IResult> RunAsync(
        HttpContext context,
        ConsentForm form,
        CancellationToken cancel
    )
    {
        var outstanding = await consents.OutstandingAsync(me.Id, cancel);
        if (outstanding.Count == 0)
            return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
        if (form.Shown != CodeOf(outstanding))
            return await ShowAsync(form, Invalid("consent.changed_again"), cancel);
        var isYes = form.Decision == "accept";
        if (!isYes && form.Decision != "decline")
            return await ShowAsync(form, Invalid("consent.choose"), cancel);
        if (isYes && !outstanding.All(document => IsTicked(form, document)))
            return await ShowAsync(form, Invalid("consent.tick"), cancel);

        var (client, now) = (Client.Of(context), clock.GetUtcNow());
        var decision = isYes ? Decisions.Accepted : Decisions.Declined;
        db.AddRange(outstanding.Select(it => it.Decided(me.Id, decision, client, now)));
        await db.SaveChangesAsync(cancel);
        if (!isYes)
            return TypedResults.LocalRedirect(Declined);
        Notice.Leave(context, "Saved");
        return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
    }

    private async Task<IResult> ShowAsync(
        ConsentForm form,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var outstanding = await consents.OutstandingAsync(me.Id, cancel);
        if (outstanding.Count == 0)
            return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
        var agreed = await consents.AgreedAsync(me.Id, cancel);
        return new PageResult<ConsentPage>(
            new
            {
                Asked = outstanding
                    .Select(document => new AskedDocument(
                        document,
                        agreed.Versions.TryGetValue(document.Name, out var code)
                            ? documents.Find(document.Name, code)
                            : null,
                        documents.IsInEffect(document)
                    ))
                    .ToList(),
                Shown = CodeOf(outstanding),
                ReturnUrl = LocalPath.OrHome(form.ReturnUrl),
                MayWait = !await consents.IsDueAsync(me.Id, cancel),
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    /// <summary>The consent to the processing of personal data is given apart from the rest.</summary>
    private static bool IsTicked(ConsentForm form, LegalDocument document) =>
        (document.Name == LegalDocuments.PersonalData ? form.PersonalData : form.Terms) == "yes";

    private static string CodeOf(IEnumerable<LegalDocument> asked) =>
        string.Join(' ', asked.Select(document => $"{document.Name}/{document.Code}"));

    private static Problem Invalid(string code) => new(ProblemKind.Invalid, code);
}

/// <summary>A document that waits for a decision.</summary>
/// <param name="Before">The version that the person accepted, where it is still known.</param>
public sealed record AskedDocument(LegalDocument Document, LegalDocument? Before, bool IsInEffect);
