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

namespace NetRoom.Accounts.Factors.Passkeys;

public sealed record PasskeyForm
{
    /// <summary>The credential as JSON, as the browser gave it.</summary>
    public string? Credential { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>Signs in by a passkey alone, or as the second step after another way: it is two factors in either case.</summary>
internal sealed class EnterByPasskey(
    PasskeyCeremony ceremony,
    SealedTickets tickets,
    Admission admission,
    ILogger<EnterByPasskey> logger
)
{
    public const string Address = "/sign-in/passkey";
    private const string Method = "passkey";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/sign-in/passkey",
                (
                    EnterByPasskey enter,
                    HttpContext context,
                    [FromForm] PasskeyForm? form,
                    CancellationToken cancel
                ) => enter.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    private async Task<IResult> RunAsync(
        HttpContext context,
        PasskeyForm form,
        CancellationToken cancel
    )
    {
        if (await ceremony.VerifyAsync(context, form.Credential, cancel) is not { } account)
        {
            var failed = new Problem(ProblemKind.Invalid, "factors.passkey_failed");
            logger.SignInRefused(Method, Client.Of(context).Ip, failed.Code);
            return Again(form, failed);
        }

        var pending = tickets.Find<PendingEntry>(context, TicketKind.Pending);
        if (pending is not null)
            await tickets.SpendAsync(context, TicketKind.Pending, pending, cancel);
        var entered = await admission.EnterAsync(
            context,
            account,
            new Proof(Method, SecondFactor: true),
            pending?.Content.ReturnUrl ?? form.ReturnUrl,
            cancel
        );
        return entered.Succeeded(out var next, out var refused)
            ? TypedResults.LocalRedirect(next)
            : Again(form, refused);
    }

    private static PageResult<SignInPage> Again(PasskeyForm form, Problem problem) =>
        new(
            new { Form = new SignInForm { ReturnUrl = form.ReturnUrl }, Problem = problem },
            (int)problem.Kind
        );
}
