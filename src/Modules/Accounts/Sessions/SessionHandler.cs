using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Email;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.People;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// Reads who is asking from the access token; when it is gone or about to be, exchanges the refresh token in the same request, so
/// that a page or a form goes on as if nothing had happened.
/// </summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AccessTokens tokens,
    LiveSessions live,
    RotateRefreshToken rotate,
    SessionCookies cookies,
    StreamWatch streams
)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder),
        IAuthenticationRequestHandler
{
    public const string SchemeName = "Session";
    private static readonly TimeSpan AboutToExpire = TimeSpan.FromMinutes(1);
    private SessionState state;

    /// <summary>Whoever owes a proof gets nothing else, whatever the endpoint. True: the request is answered.</summary>
    public async Task<bool> HandleRequestAsync()
    {
        await AuthenticateAsync();
        if (OpenWhileOwing.Allows(Context.GetEndpoint(), state))
            return false;
        await AskAsync(
            (state == SessionState.OwesProof ? ProveAgain.Address : ProveEmail.Address)
                + QueryString.Create("returnUrl", ReturnUrl())
        );
        return true;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TakesNoCookies(Context.GetEndpoint()))
            return AuthenticateResult.NoResult();
        if (
            Request.Cookies[SessionCookies.Access] is { } cookie
            && await tokens.ReadAsync(cookie) is { } token
            && token.ExpiresAt - TimeProvider.GetUtcNow() > AboutToExpire
        )
            return await EnterAsync(token.Holder);
        if (RefreshSecret.Parse(Request.Cookies[SessionCookies.Refresh]) is not { } refresh)
            return AuthenticateResult.NoResult();
        if (await rotate.RunAsync(refresh, Client.Of(Context)) is not { } renewed)
            return Nobody();
        await cookies.WriteAsync(Context, renewed.Holder, renewed.Refresh);
        return await EnterAsync(renewed.Holder);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        AskAsync("/sign-in" + QueryString.Create("returnUrl", ReturnUrl()));

    private async Task AskAsync(string signIn)
    {
        if (Request.IsFragment() || AsksForEvents)
        {
            await Fragment
                .Of<SignInCard>(new { SignInUrl = signIn }, StatusCodes.Status401Unauthorized)
                .ExecuteAsync(Context);
            return;
        }

        if (HttpMethods.IsGet(Request.Method) && Request.WantsPage())
        {
            Response.Redirect(signIn);
            return;
        }

        if (Request is { HasFormContentType: true } && Request.WantsPage())
        {
            var form = await Request.ReadFormAsync(Context.RequestAborted);
            await new PageResult<SignInAgainPage>(
                new { SignInUrl = signIn, Typed = form["text"].ToString() },
                StatusCodes.Status401Unauthorized
            ).ExecuteAsync(Context);
            return;
        }

        await new Problem(ProblemKind.SignInNeeded, "accounts.sign_in_needed")
            .ToResult()
            .ExecuteAsync(Context);
    }

    /// <summary>
    /// What somebody may not see is not there: an address of the owners is not told from one that does not exist. Whoever lacks only a
    /// second factor is told that.
    /// </summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Logger.AccessRefused(
            Context.User.FindFirst(SessionClaims.Account)?.Value ?? "none",
            Request.Method,
            (Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none",
            Client.Of(Context).Ip
        );
        if (Context.Features.Get<SecondFactorLacking>() is null)
            return Problem.NotFound().ToResult().ExecuteAsync(Context);
        IResult told =
            Request.WantsPage() && !Request.IsFragment()
                ? new PageResult<SecondFactorPage>(status: StatusCodes.Status403Forbidden)
                : new Problem(ProblemKind.Forbidden, "people.second_factor_needed").ToResult();
        return told.ExecuteAsync(Context);
    }

    /// <summary>Nobody is signed in for a static file, or where a key lets in and cookies must not.</summary>
    private static bool TakesNoCookies(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || endpoint?.Metadata.GetMetadata<AnyOrigin>() is not null;

    /// <summary>The page to return to: this one, or the one that a fragment belongs to.</summary>
    private string ReturnUrl()
    {
        if (HttpMethods.IsGet(Request.Method) && !Request.IsFragment())
            return Request.GetEncodedPathAndQuery();
        return
            Request.Headers["HX-Current-URL"] is [{ } page]
            && Uri.TryCreate(page, UriKind.Absolute, out var url)
            ? LocalPath.OrHome(url.PathAndQuery)
            : "/";
    }

    private AuthenticateResult Nobody()
    {
        SessionCookies.Clear(Context);
        return AuthenticateResult.NoResult();
    }

    private async Task<AuthenticateResult> EnterAsync(Holder holder)
    {
        state = await live.StateAsync(holder.SessionId, Context.RequestAborted);
        if (state == SessionState.Ended)
            return Nobody();
        if (AsksForEvents)
            streams.Watch(Context, holder.SessionId);
        return AuthenticateResult.Success(
            new AuthenticationTicket(holder.ToPrincipal(SchemeName), SchemeName)
        );
    }

    private bool AsksForEvents =>
        Request.Headers.Accept.Any(accept =>
            accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
        );
}
