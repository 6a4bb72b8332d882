using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Entry;

public sealed record SignInForm
{
    public string? Email { get; init; }
    public string? Password { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>Signs in by address and password. A wrong address and a wrong password get the same words and cost the same time.</summary>
internal sealed class SignIn(
    NetRoomDb db,
    PasswordHasher hasher,
    Throttle throttle,
    KnownDevices devices,
    Admission admission,
    ILogger<SignIn> logger
)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", Show).AllowAnonymous();
        routes
            .MapPost(
                "/sign-in",
                (
                    SignIn signIn,
                    HttpContext context,
                    [FromForm] SignInForm? form,
                    CancellationToken cancel
                ) => signIn.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private static IResult Show(ICurrentAccount current, string? returnUrl) =>
        current.IsSignedIn
            ? TypedResults.LocalRedirect(LocalPath.OrHome(returnUrl))
            : new PageResult<SignInPage>(new { Form = new SignInForm { ReturnUrl = returnUrl } });

    public async Task<IResult> RunAsync(
        HttpContext context,
        SignInForm form,
        CancellationToken cancel
    )
    {
        if (!EmailAddress.TryParse(form.Email, out var email))
            return Again(form, new Problem(ProblemKind.Invalid, "accounts.email_invalid"));
        if (!PasswordRules.CanBe(form.Password))
            return Again(form, WrongPair);
        var client = Client.Of(context);
        var device = devices.Find(context, email);
        if (await throttle.TakeSignInAsync(email, device, client, cancel) is { } wait)
            return Refuse(Waiting.Problem(context, wait));

        var identity = await db.Set<Identity>()
            .FirstOrDefaultAsync(
                row => row.Provider == Identity.ByEmail && row.Subject == email.Key,
                cancel
            );
        var verified = await hasher.VerifyAsync(
            form.Password,
            identity?.PasswordHash,
            cancel,
            isKnownDevice: device is not null
        );
        if (!verified.Succeeded(out var isRight, out var busy))
        {
            await throttle.NotJudgedAsync(email, device, client, cancel);
            return Refuse(busy);
        }

        if (!isRight || identity is null)
            return Refuse(WrongPair);

        await throttle.SucceededAsync(email, device, client, cancel);
        await RenewHashAsync(identity, form.Password, cancel);
        var entered = await admission.EnterAsync(
            context,
            identity.AccountId,
            new Proof(Identity.ByEmail),
            form.ReturnUrl,
            cancel
        );
        return entered.Succeeded(out var next, out var refused)
            ? TypedResults.LocalRedirect(next)
            : Again(form, refused);

        PageResult<SignInPage> Refuse(Problem problem)
        {
            logger.SignInRefused(Identity.ByEmail, client.Ip, problem.Code);
            return Again(form, problem);
        }
    }

    private static Problem WrongPair => new(ProblemKind.Invalid, "accounts.wrong_pair");

    /// <summary>A hash made with older settings is made anew while the password is at hand.</summary>
    private async Task RenewHashAsync(Identity identity, string password, CancellationToken cancel)
    {
        if (
            hasher.IsCurrent(identity.PasswordHash!)
            || !(await hasher.HashAsync(password, cancel)).Succeeded(out var hash, out _)
        )
            return;
        await db.Set<Identity>()
            .Where(row => row.Id == identity.Id && row.PasswordHash == identity.PasswordHash)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.PasswordHash, hash), cancel);
    }

    private static PageResult<SignInPage> Again(SignInForm form, Problem problem) =>
        new(new { Form = form with { Password = null }, Problem = problem }, (int)problem.Kind);
}
