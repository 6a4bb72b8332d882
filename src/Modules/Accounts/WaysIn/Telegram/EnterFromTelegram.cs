using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>
/// The Mini App. /telegram is what Telegram opens: its script takes the signed data out of the address' fragment, which servers never
/// see, and sends it once for a session of ours.
/// </summary>
internal sealed class EnterFromTelegram(
    IOptions<SignInOptions> options,
    Arrival arrival,
    UsedProofs used,
    Throttle throttle,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public const string PageAddress = "/telegram";
    public const string FormAddress = "/sign-in/telegram/app";

    /// <summary>Bytes: the data may be written three times as long in a form.</summary>
    private const int LargestForm = 4 * InitData.Longest;
    private readonly TelegramOptions telegram = options.Value.Telegram;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/telegram",
                (EnterFromTelegram enter, HttpContext context) => enter.Show(context)
            )
            .AllowAnonymous();
        routes
            .MapPost(
                "/sign-in/telegram/app",
                (
                    EnterFromTelegram enter,
                    HttpContext context,
                    [FromForm] string? initData,
                    CancellationToken cancel
                ) => enter.RunAsync(context, initData, cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm));
    }

    private IResult Show(HttpContext context)
    {
        if (!telegram.HasBot)
            return Problem.NotFound().ToResult();
        EmbeddedMode.Begin(context);
        return new PageResult<TelegramPage>();
    }

    private async Task<IResult> RunAsync(HttpContext context, string? raw, CancellationToken cancel)
    {
        if (!telegram.HasBot)
            return Problem.NotFound().ToResult();
        var client = Client.Of(context);
        if (await throttle.TakeWayInAsync(client, cancel) is { } wait)
            return Again(Waiting.Problem(context, wait));
        if (InitData.Read(raw, SignedFields.MiniAppKey(telegram.BotToken)) is not { } data)
            return Again(new Problem(ProblemKind.Invalid, "ways.telegram_unsigned"));
        await throttle.WayInSucceededAsync(client, cancel);
        var outcome = await EnterAsync(context, data, cancel);
        return outcome.Succeeded(out var next, out var problem)
            ? TypedResults.LocalRedirect(next)
            : Again(problem);
    }

    private async Task<Outcome<string>> EnterAsync(
        HttpContext context,
        InitData data,
        CancellationToken cancel
    )
    {
        var (person, target) = (data.User.ToPerson(), StartTarget.Of(data.StartParam));
        var stale = data.Signed.Staleness(clock.GetUtcNow());
        var isFresh = stale is null && await used.TakeAsync("telegram " + data.Signed.Hash, cancel);
        if (await SessionOfAsync(context, person, cancel) is { } session)
        {
            // A reload shows what was shown before. Their session goes on, and only what is fresh proves that they are there.
            if (isFresh)
                await arrival.ProveAsync(session, cancel);
            return target;
        }

        return isFresh
            ? await arrival.WelcomeAsync(context, person, target, cancel)
            : stale ?? new Problem(ProblemKind.Invalid, "ways.telegram_used");
    }

    /// <summary>The session that this browser has, if it is this person's.</summary>
    private async Task<Guid?> SessionOfAsync(
        HttpContext context,
        ExternalPerson person,
        CancellationToken cancel
    ) =>
        me.IsSignedIn
        && (await arrival.FindAsync(person, cancel))?.AccountId == me.Id
        && context.User.FindFirst(SessionClaims.Session) is { } session
            ? Guid.Parse(session.Value)
            : null;

    private static PageResult<TelegramPage> Again(Problem problem) =>
        new(new { Problem = problem }, (int)problem.Kind);
}
