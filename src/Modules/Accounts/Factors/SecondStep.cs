using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Factors;

/// <summary>
/// /sign-in/second-step: after the first factor, a code of the app or a recovery code. (A passkey is sent to /sign-in/passkey.) Only the
/// browser that showed the first factor gets here, within ten minutes, and once.
/// </summary>
internal sealed class SecondStep(
    SealedTickets tickets,
    SecondFactors factors,
    Throttle throttle,
    KnownDevices devices,
    Admission admission,
    ILogger<SecondStep> logger
)
{
    public const string Address = "/sign-in/second-step";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/sign-in/second-step",
                (SecondStep step, HttpContext context, CancellationToken cancel) =>
                    step.ShowAsync(context, null, cancel)
            )
            .AllowAnonymous();
        routes
            .MapPost(
                "/sign-in/second-step",
                (
                    SecondStep step,
                    HttpContext context,
                    [FromForm] string? code,
                    CancellationToken cancel
                ) => step.RunAsync(context, code, cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> RunAsync(
        HttpContext context,
        string? code,
        CancellationToken cancel
    )
    {
        if (tickets.Find<PendingEntry>(context, TicketKind.Pending) is not { } ticket)
            return TooLate();
        var (entry, client) = (ticket.Content, Client.Of(context));
        var device = devices.Find(context, entry.AccountId);
        if (await throttle.TakeSecondStepAsync(entry.AccountId, device, client, cancel) is { } wait)
            return await ShowAsync(context, Waiting.Problem(context, wait), cancel);
        if (!await factors.TakeAsync(entry.AccountId, code, client, cancel))
        {
            var wrong = new Problem(ProblemKind.Invalid, "factors.wrong_code");
            logger.SignInRefused(entry.Method, client.Ip, wrong.Code);
            return await ShowAsync(context, wrong, cancel);
        }

        await throttle.SecondStepSucceededAsync(entry.AccountId, device, client, cancel);
        if (!await tickets.SpendAsync(context, TicketKind.Pending, ticket, cancel))
            return TooLate();
        var entered = await admission.EnterAsync(
            context,
            entry.AccountId,
            new Proof(entry.Method, SecondFactor: true),
            entry.ReturnUrl,
            cancel
        );
        return entered.Succeeded(out var next, out var refused)
            ? TypedResults.LocalRedirect(next)
            : Page(null, refused);
    }

    private async Task<IResult> ShowAsync(
        HttpContext context,
        Problem? problem,
        CancellationToken cancel
    ) =>
        tickets.Find<PendingEntry>(context, TicketKind.Pending) is { } ticket
            ? Page(await factors.StateAsync(ticket.Content.AccountId, cancel), problem)
            : TooLate();

    private static PageResult<SecondStepPage> TooLate() =>
        Page(null, new Problem(ProblemKind.SignInNeeded, "factors.too_late"));

    private static PageResult<SecondStepPage> Page(FactorState? state, Problem? problem) =>
        new(
            new { State = state, Problem = problem },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
