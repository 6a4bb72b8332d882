using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Cookies;

/// <summary>
/// What this browser's owner allows: the cookies that are needed, or also the one that remembers where they came from. Until they choose,
/// it is as if they had chosen the first.
/// </summary>
internal static class CookieChoice
{
    public const string Cookie = "nr-cookies";
    public const string Necessary = "necessary";
    public const string All = "all";
    public static readonly TimeSpan Term = TimeSpan.FromDays(180);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/cookies",
                (HttpContext context) => new PageResult<CookiesPage>(new { Choice = Of(context) })
            )
            .AllowAnonymous();
        routes
            .MapPost("/cookies", Choose)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    /// <summary>Null: not chosen yet.</summary>
    public static string? Of(HttpContext context) =>
        context.Request.Cookies[Cookie] is Necessary or All
            ? context.Request.Cookies[Cookie]
            : null;

    private static IResult Choose(
        HttpContext context,
        [FromForm] string? choice,
        [FromForm] string? back
    )
    {
        if (choice is not (Necessary or All))
            return new Problem(ProblemKind.Invalid, "cookie.choose").ToResult();
        context.Response.Cookies.Append(
            Cookie,
            choice,
            new CookieOptions
            {
                MaxAge = Term,
                Secure = true,
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
            }
        );
        VisitOrigins.Chosen(context, choice == All);
        Notice.Leave(context, "Saved");
        return TypedResults.LocalRedirect(LocalPath.OrHome(back));
    }
}
