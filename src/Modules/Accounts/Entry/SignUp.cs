using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Entry;

/// <summary>Public because a Razor page is, and it draws this.</summary>
public sealed record SignUpForm : NewcomerForm
{
    public string? Email { get; init; }
    public string? Password { get; init; }
}

/// <summary>What is wrong with the form, field by field.</summary>
public sealed record SignUpProblems : ConsentProblems
{
    public SignUpProblems() { }

    public SignUpProblems(ConsentProblems consents)
        : base(consents) { }

    public Problem? Email { get; init; }
    public Problem? Password { get; init; }

    public override bool Any => (Email ?? Password) is not null || base.Any;
}

/// <summary>
/// Creates an account. A taken address is refused in words: addresses are not confirmed, so there is no letter in which the truth could
/// travel instead, and silence would leave people without an account and without a reason. What it tells an attacker is
/// limited by the number of sign-ups from a network and costs the same hash as a success.
/// </summary>
internal sealed class SignUp(
    NetRoomDb db,
    PasswordHasher hasher,
    Throttle throttle,
    NewAccounts accounts
)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-up", Show).AllowAnonymous();
        routes
            .MapPost(
                "/sign-up",
                (
                    SignUp signUp,
                    HttpContext context,
                    [FromForm] SignUpForm? form,
                    CancellationToken cancel
                ) => signUp.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private static IResult Show(ICurrentAccount current, string? returnUrl) =>
        current.IsSignedIn
            ? TypedResults.LocalRedirect(LocalPath.OrHome(returnUrl))
            : new PageResult<SignUpPage>(
                new
                {
                    Form = new SignUpForm { ReturnUrl = returnUrl },
                    Problems = new SignUpProblems(),
                }
            );

    public async Task<IResult> RunAsync(
        HttpContext context,
        SignUpForm form,
        CancellationToken cancel
    )
    {
        var problems = Check(form, out var email);
        if (email is null || problems.Any)
            return Again(form, problems);
        var client = Client.Of(context);
        if (await throttle.TakeSignUpAsync(client, cancel) is { } wait)
            return Again(form, new() { Form = Waiting.Problem(context, wait) });
        var hashed = await hasher.HashAsync(form.Password!, cancel);
        if (!hashed.Succeeded(out var hash, out var busy))
            return Again(form, new() { Form = busy });
        // After the hash, so that a taken address costs the same; the unique index has the last word in a race.
        if (
            await IsTakenAsync(email, cancel)
            || !await accounts.OpenAsync(
                context,
                form,
                new NewAccount(Identity.ByEmail, email.Key, email.Display) { PasswordHash = hash },
                cancel
            )
        )
            return Again(
                form,
                new() { Email = new Problem(ProblemKind.Invalid, "accounts.email_taken") }
            );
        return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
    }

    private static SignUpProblems Check(SignUpForm form, out EmailAddress? email) =>
        new(ConsentProblems.Of(form))
        {
            Email = EmailAddress.TryParse(form.Email, out email)
                ? null
                : new Problem(ProblemKind.Invalid, "accounts.email_invalid"),
            Password = PasswordRules.Check(form.Password, email),
        };

    private Task<bool> IsTakenAsync(EmailAddress email, CancellationToken cancel) =>
        db.Set<Identity>()
            .AnyAsync(row => row.Provider == Identity.ByEmail && row.Subject == email.Key, cancel);

    private static PageResult<SignUpPage> Again(SignUpForm form, SignUpProblems problems) =>
        new(
            new { Form = form with { Password = null }, Problems = problems },
            (int)(problems.Form?.Kind ?? ProblemKind.Invalid)
        );
}
