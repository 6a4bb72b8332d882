using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts.Entry;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// Sensitive acts (ASVS 7.5.1): the page and its forms ask who is there when the last answer is older than ten minutes. Put it on the page
/// too, so that nobody fills in a form that is then refused.
/// </summary>
public static class RecentProof
{
    internal static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    public static TBuilder RequireRecentProof<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Required()).AddEndpointFilter(CheckAsync);

    private static async ValueTask<object?> CheckAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    )
    {
        var context = call.HttpContext;
        var session = Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value);
        var live = context.RequestServices.GetRequiredService<LiveSessions>();
        if (await live.IsProvenAsync(session, Within, context.RequestAborted))
            return await next(call);
        var again = ProveAgain.Address + QueryString.Create("returnUrl", PageOf(context.Request));
        return context.Request.IsFragment()
            ? Fragment.Of<SignInCard>(new { SignInUrl = again }, StatusCodes.Status401Unauthorized)
            : TypedResults.LocalRedirect(again);
    }

    /// <summary>The page that was asked for, or the one whose form was sent.</summary>
    private static string PageOf(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && !request.IsFragment())
            return request.GetEncodedPathAndQuery();
        return
            Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
            && page.Authority == request.Host.Value
            ? LocalPath.OrHome(page.PathAndQuery)
            : "/";
    }

    /// <summary>Marks the endpoint for the tests that walk them.</summary>
    internal sealed class Required;
}
