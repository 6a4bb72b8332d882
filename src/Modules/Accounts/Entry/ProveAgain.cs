using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Factors.Passkeys;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Entry;

public sealed record ProveAgainForm
{
    public string? Password { get; init; }

    /// <summary>Of an app, or a recovery code.</summary>
    public string? Code { get; init; }

    /// <summary>A passkey, as <see cref="PasskeyForm.Credential"/>.</summary>
    public string? Credential { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>
/// /sign-in/again: somebody who is signed in shows once more who they are, before something sensitive. Whoever has a second factor shows
/// that; for the others it is the password.
/// </summary>
internal sealed class ProveAgain(
    NetRoomDb db,
    PasswordHasher hasher,
    Throttle throttle,
    KnownDevices devices,
    SecondFactors factors,
    PasskeyCeremony ceremony,
    SessionProof proof,
    ICurrentAccount me
)
{
    public const string Address = "/sign-in/again";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/sign-in/again",
                (ProveAgain again, string? returnUrl, CancellationToken cancel) =>
                    again.ShowAsync(new() { ReturnUrl = returnUrl }, null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(OpenWhileOwing.Anything);
        routes
            .MapPost(
                "/sign-in/again",
                (
                    ProveAgain again,
                    HttpContext context,
                    [FromForm] ProveAgainForm? form,
                    CancellationToken cancel
                ) => again.RunAsync(context, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(OpenWhileOwing.Anything)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    public async Task<IResult> RunAsync(
        HttpContext context,
        ProveAgainForm form,
        CancellationToken cancel
    )
    {
        if ((await factors.StateAsync(me.Id, cancel)).Any)
            return await TakeFactorAsync(context, form, cancel);
        if (
            await PasswordIdentityAsync(cancel) is not { } identity
            || !EmailAddress.TryParse(identity.Subject, out var email)
            || !PasswordRules.CanBe(form.Password)
        )
            return await ShowAsync(form, WrongPassword, cancel);
        var client = Client.Of(context);
        var device = devices.Find(context, email);
        if (await throttle.TakeSignInAsync(email, device, client, cancel) is { } wait)
            return await ShowAsync(form, Waiting.Problem(context, wait), cancel);
        var verified = await hasher.VerifyAsync(
            form.Password,
            identity.PasswordHash,
            cancel,
            isKnownDevice: true
        );
        if (!verified.Succeeded(out var isRight, out var busy))
        {
            await throttle.NotJudgedAsync(email, device, client, cancel);
            return await ShowAsync(form, busy, cancel);
        }

        if (!isRight)
            return await ShowAsync(form, WrongPassword, cancel);
        await throttle.SucceededAsync(email, device, client, cancel);
        return await ProvenAsync(context, form, secondFactor: false, cancel);
    }

    private async Task<IResult> TakeFactorAsync(
        HttpContext context,
        ProveAgainForm form,
        CancellationToken cancel
    )
    {
        if (form.Credential is not null)
            return await ceremony.VerifyAsync(context, form.Credential, cancel) == me.Id
                ? await ProvenAsync(context, form, secondFactor: true, cancel)
                : await ShowAsync(
                    form,
                    new Problem(ProblemKind.Invalid, "factors.passkey_failed"),
                    cancel
                );
        var client = Client.Of(context);
        var device = devices.Find(context, me.Id);
        if (await throttle.TakeSecondStepAsync(me.Id, device, client, cancel) is { } wait)
            return await ShowAsync(form, Waiting.Problem(context, wait), cancel);
        if (!await factors.TakeAsync(me.Id, form.Code, client, cancel))
            return await ShowAsync(
                form,
                new Problem(ProblemKind.Invalid, "factors.wrong_code"),
                cancel
            );
        await throttle.SecondStepSucceededAsync(me.Id, device, client, cancel);
        return await ProvenAsync(context, form, secondFactor: true, cancel);
    }

    private async Task<IResult> ProvenAsync(
        HttpContext context,
        ProveAgainForm form,
        bool secondFactor,
        CancellationToken cancel
    )
    {
        await proof.ShownAsync(context, secondFactor, cancel);
        return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
    }

    private static Problem WrongPassword => new(ProblemKind.Invalid, "accounts.wrong_password");

    private Task<Identity?> PasswordIdentityAsync(CancellationToken cancel) =>
        db.Set<Identity>()
            .FirstOrDefaultAsync(
                row => row.AccountId == me.Id && row.Provider == Identity.ByEmail,
                cancel
            );

    private async Task<IResult> ShowAsync(
        ProveAgainForm form,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var linked = await db.Set<Identity>()
            .Where(row => row.AccountId == me.Id)
            .Select(row => row.Provider)
            .ToListAsync(cancel);
        return new PageResult<ProveAgainPage>(
            new
            {
                form.ReturnUrl,
                HasPassword = linked.Contains(Identity.ByEmail),
                Linked = linked,
                Factors = await factors.StateAsync(me.Id, cancel),
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }
}
