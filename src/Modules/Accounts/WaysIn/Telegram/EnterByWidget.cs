using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>
/// The legacy Login Widget and login_url buttons of the bot (https://core.telegram.org/widgets/login): Telegram opens this address with
/// signed fields. Nothing binds them to this browser, so a stranger could send a link that signs in as themselves: the person is shown whom
/// they are about to be, and signs in by a form of ours.
/// </summary>
internal sealed class EnterByWidget(
    IOptions<SignInOptions> options,
    Arrival arrival,
    UsedProofs used,
    Throttle throttle,
    TimeProvider clock
)
{
    public const string Address = "/sign-in/telegram/widget";
    private readonly TelegramOptions telegram = options.Value.Telegram;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/sign-in/telegram/widget",
                (EnterByWidget enter, HttpContext context) => enter.Show(context.Request)
            )
            .AllowAnonymous();
        routes
            .MapPost(
                "/sign-in/telegram/widget",
                (
                    EnterByWidget enter,
                    HttpContext context,
                    [FromForm] string? signed,
                    CancellationToken cancel
                ) => enter.RunAsync(context, signed, cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private IResult Show(HttpRequest request)
    {
        if (!telegram.HasBot)
            return Problem.NotFound().ToResult();
        var signed = request.QueryString.Value?.TrimStart('?') ?? "";
        return Read(signed).Succeeded(out var read, out var problem)
            ? new PageResult<WidgetPage>(
                new
                {
                    read.Person.Label,
                    read.Person.Name,
                    Signed = signed,
                }
            )
            : Again(problem);
    }

    private async Task<IResult> RunAsync(
        HttpContext context,
        string? signed,
        CancellationToken cancel
    )
    {
        if (!telegram.HasBot)
            return Problem.NotFound().ToResult();
        var client = Client.Of(context);
        if (await throttle.TakeWayInAsync(client, cancel) is { } wait)
            return Again(Waiting.Problem(context, wait));
        if (!Read(signed ?? "").Succeeded(out var read, out var problem))
            return Again(problem);
        await throttle.WayInSucceededAsync(client, cancel);
        if (!await used.TakeAsync("widget " + read.Hash, cancel))
            return Again(new Problem(ProblemKind.Invalid, "ways.telegram_used"));
        var welcome = await arrival.WelcomeAsync(context, read.Person, null, cancel);
        return welcome.Succeeded(out var next, out problem)
            ? TypedResults.LocalRedirect(next)
            : Again(problem);
    }

    private Outcome<(ExternalPerson Person, string Hash)> Read(string raw)
    {
        if (
            raw.Length > InitData.Longest
            || SignedFields.Read(InitData.FieldsOf(raw), SignedFields.WidgetKey(telegram.BotToken))
                is not { } fields
            || !long.TryParse(
                fields.Values.GetValueOrDefault("id"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var id
            )
            || id <= 0
        )
            return new Problem(ProblemKind.Invalid, "ways.telegram_unsigned");
        if (fields.Staleness(clock.GetUtcNow()) is { } stale)
            return stale;
        var user = new TelegramUser(
            id,
            TelegramUser.NameOf(
                fields.Values.GetValueOrDefault("first_name"),
                fields.Values.GetValueOrDefault("last_name")
            ),
            fields.Values.GetValueOrDefault("username"),
            null
        );
        return (user.ToPerson(), fields.Hash);
    }

    private static PageResult<WayFailedPage> Again(Problem problem) =>
        new(
            new
            {
                Name = "Telegram",
                Problem = problem,
                Back = PublicPath.Of("/sign-in"),
            },
            (int)problem.Kind
        );
}
