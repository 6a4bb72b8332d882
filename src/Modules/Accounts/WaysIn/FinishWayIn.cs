using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Accounts.WaysIn.Linking;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn;

/// <summary>
/// Where a provider sends the browser back to. A GET that signs in, as the protocol wants: it does nothing without the attempt that this
/// browser began.
/// </summary>
internal sealed class FinishWayIn(
    IEnumerable<IWayIn> ways,
    Attempts attempts,
    Arrival arrival,
    LinkWay link,
    Throttle throttle,
    ILogger<FinishWayIn> logger
)
{
    private const int LongestCode = 2048;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/sign-in/{provider}/callback",
                (
                    FinishWayIn finish,
                    HttpContext context,
                    string provider,
                    CancellationToken cancel
                ) => finish.RunAsync(context, provider, cancel)
            )
            .AllowAnonymous();

    public static string AddressOf(string provider) => $"/sign-in/{provider}/callback";

    private async Task<IResult> RunAsync(
        HttpContext context,
        string provider,
        CancellationToken cancel
    )
    {
        if (ways.Find(provider) is not { } way)
            return Problem.NotFound().ToResult();
        var query = context.Request.Query;
        var taken = await attempts.TakeAsync(context, way, Only(query, "state"), cancel);
        if (!taken.Succeeded(out var attempt, out var problem))
            return Failed(way, null, problem);
        var client = Client.Of(context);
        if (await throttle.TakeWayInAsync(client, cancel) is { } wait)
            return Failed(way, attempt, Waiting.Problem(context, wait));
        var outcome = await JudgeAsync(context, way, attempt, cancel);
        if (!outcome.Succeeded(out var next, out problem))
        {
            logger.SignInRefused(way.Provider, client.Ip, problem.Code);
            // Whom the provider kept waiting, or who thought better of it, has not guessed at anything.
            if (problem.Code is "ways.provider_down" or "ways.denied")
                await throttle.WayInSucceededAsync(client, cancel);
            return Failed(way, attempt, problem);
        }

        await throttle.WayInSucceededAsync(client, cancel);
        return TypedResults.LocalRedirect(next);
    }

    private async Task<Outcome<string>> JudgeAsync(
        HttpContext context,
        IWayIn way,
        Attempt attempt,
        CancellationToken cancel
    )
    {
        var query = context.Request.Query;
        if (way.Issuer is { } issuer && query.ContainsKey("iss") && Only(query, "iss") != issuer)
            return new Problem(ProblemKind.Invalid, "ways.answer_wrong", way.Name);
        if (query.ContainsKey("error"))
            return Only(query, "error") == "access_denied"
                ? new Problem(ProblemKind.Invalid, "ways.denied", way.Name)
                : new Problem(ProblemKind.Unavailable, "ways.provider_down", way.Name);
        if (Only(query, "code") is not { Length: > 0 and <= LongestCode } code)
            return new Problem(ProblemKind.Invalid, "ways.answer_wrong", way.Name);
        if (attempt.Session is { } session && session != SessionOf(context))
            return new Problem(ProblemKind.Invalid, "ways.session_changed");
        var redeemed = await way.RedeemAsync(attempt, code, cancel);
        if (!redeemed.Succeeded(out var person, out var problem))
            return problem;
        return attempt.Purpose switch
        {
            Purpose.Enter => await arrival.WelcomeAsync(context, person, attempt.ReturnUrl, cancel),
            Purpose.ProveAgain => await arrival.ProveAgainAsync(
                attempt.Session!.Value,
                person,
                attempt.ReturnUrl,
                cancel
            ),
            Purpose.Link => await link.FinishAsync(context, person, way.Name, cancel),
        };
    }

    private static Guid? SessionOf(HttpContext context) =>
        context.User.FindFirst(SessionClaims.Session) is { } claim ? Guid.Parse(claim.Value) : null;

    /// <summary>A parameter that is given once.</summary>
    private static string? Only(IQueryCollection query, string name) =>
        query[name] is [{ } value] ? value : null;

    private static PageResult<WayFailedPage> Failed(
        IWayIn way,
        Attempt? attempt,
        Problem problem
    ) =>
        new(
            new
            {
                way.Name,
                Problem = problem,
                Back = attempt?.Purpose switch
                {
                    Purpose.Link => ShowWaysIn.Address,
                    Purpose.ProveAgain => ProveAgain.Address
                        + (
                            attempt.ReturnUrl is null
                                ? ""
                                : QueryString.Create("returnUrl", attempt.ReturnUrl)
                        ),
                    _ => PublicPath.Of("/sign-in", attempt?.ReturnUrl),
                },
            },
            (int)problem.Kind
        );
}
