using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Entry;

/// <summary>Ends this session on every node at once; its tokens are worth nothing afterwards.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/sign-out", RunAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    // The form is read, so that its antiforgery token is checked.
    private static async Task<RedirectHttpResult> RunAsync(
        HttpContext context,
        LiveSessions live,
        [FromForm] string? back,
        CancellationToken cancel
    )
    {
        if (context.User.FindFirst(SessionClaims.Session) is { } session)
            await live.EndAsync(Guid.Parse(session.Value), EndReasons.SignedOut, cancel);
        SessionCookies.Clear(context);
        // What pages left behind, drafts too, is nobody's business on a shared machine. The cookies that stay know devices and looks.
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        Notice.Leave(context, "Signed out");
        return TypedResults.LocalRedirect(
            LocalPath.IsLocal(back) ? back! : PublicPath.Of("/sign-in")
        );
    }
}
