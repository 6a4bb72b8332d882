using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>
/// On every page of somebody who has not accepted the newest documents. It can be put away until they take effect, not after.
/// </summary>
internal sealed class DocumentsBanner(
    Consents consents,
    LegalDocuments documents,
    ICurrentAccount me
) : IFramePart
{
    public const string Cookie = "nr-later";

    public FramePlace Place => FramePlace.Banner;

    public int Order => 10;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/consent/later", PutAway)
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent();

    public async Task<RenderFragment?> LoadAsync(HttpContext context)
    {
        if (
            !me.IsSignedIn
            || me.IsOwner
            || context.Request.Path.StartsWithSegments(
                GiveConsent.Address,
                StringComparison.Ordinal
            )
        )
            return null;
        var outstanding = await consents.OutstandingAsync(me.Id, context.RequestAborted);
        if (outstanding.Count == 0)
            return null;
        var mayWait = outstanding.All(document => !documents.IsInEffect(document));
        var newest = outstanding.MaxBy(document => document.Version)!.Code;
        if (mayWait && context.Request.Cookies[Cookie] == newest)
            return null;
        return builder =>
        {
            builder.OpenComponent<DocumentsBannerView>(0);
            builder.AddComponentParameter(1, nameof(DocumentsBannerView.Asked), outstanding);
            builder.AddComponentParameter(2, nameof(DocumentsBannerView.MayWait), mayWait);
            builder.AddComponentParameter(3, nameof(DocumentsBannerView.Newest), newest);
            builder.CloseComponent();
        };
    }

    private static RedirectHttpResult PutAway(
        HttpContext context,
        [FromForm] string? newest,
        [FromForm] string? back
    )
    {
        if (
            newest is { Length: 10 }
            && newest.All(letter => char.IsAsciiDigit(letter) || letter == '-')
        )
            context.Response.Cookies.Append(
                Cookie,
                newest,
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(60),
                    Secure = true,
                    HttpOnly = true,
                    SameSite = SameSiteMode.Lax,
                    IsEssential = true,
                }
            );
        return TypedResults.LocalRedirect(LocalPath.OrHome(back));
    }
}
