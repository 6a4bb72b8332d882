using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn;

/// <summary>Sends the browser to a provider: to sign in by a link, and, from a form of somebody signed in, to prove again who they are.</summary>
internal static class StartWayIn
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in/{provider}", Enter).AllowAnonymous();
        routes
            .MapPost("/sign-in/again/{provider}", ProveAgain)
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    public static string AddressOf(string provider, string? returnUrl) =>
        $"/sign-in/{provider}"
        + (LocalPath.IsLocal(returnUrl) ? QueryString.Create("returnUrl", returnUrl!) : "");

    public static string AgainAddressOf(string provider) =>
        $"{Entry.ProveAgain.Address}/{provider}";

    private static IResult Enter(
        HttpContext context,
        IEnumerable<IWayIn> ways,
        Attempts attempts,
        string provider,
        string? returnUrl
    )
    {
        if (ways.Find(provider) is not { } way)
            return Problem.NotFound().ToResult();
        if (context.User.Identity is { IsAuthenticated: true })
            return TypedResults.LocalRedirect(LocalPath.OrHome(returnUrl));
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Redirect(
            way.AddressOf(attempts.Begin(context, way, Purpose.Enter, returnUrl))
        );
    }

    // The form is read, so that its antiforgery token is checked.
    private static IResult ProveAgain(
        HttpContext context,
        IEnumerable<IWayIn> ways,
        Attempts attempts,
        string provider,
        [FromForm] string? returnUrl
    ) =>
        ways.Find(provider) is { } way
            ? Leave(context, way, attempts.Begin(context, way, Purpose.ProveAgain, returnUrl))
            : Problem.NotFound().ToResult();

    /// <summary>
    /// The answer to a form cannot send the browser to another site (form-action of our policy), so a page does, with a link for those
    /// whom it does not.
    /// </summary>
    public static IResult Leave(HttpContext context, IWayIn way, Attempt attempt)
    {
        var address = way.AddressOf(attempt);
        context.Response.Headers["Refresh"] = "0; url=" + address;
        return new PageResult<LeavePage>(new { way.Name, Address = address });
    }
}
