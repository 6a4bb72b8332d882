using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;
using Npgsql;

namespace NetRoom.Accounts.Entry;

/// <summary>What the form sends; checkboxes send "yes". Public because a Razor page is, and it draws this.</summary>
public sealed record SignUpForm
{
    public string? Email { get; init; }
    public string? Password { get; init; }
    public string? Terms { get; init; }
    public string? PersonalData { get; init; }
    public string? Age { get; init; }

    /// <summary>Letters about news; nobody needs to want them.</summary>
    public string? Marketing { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>What is wrong with the form, field by field.</summary>
public sealed record SignUpProblems
{
    public Problem? Form { get; init; }
    public Problem? Email { get; init; }
    public Problem? Password { get; init; }
    public Problem? Terms { get; init; }
    public Problem? PersonalData { get; init; }
    public Problem? Age { get; init; }

    public bool Any => this != new SignUpProblems();
}

/// <summary>
/// Creates an account. A taken address is refused in words: addresses are not confirmed, so there is no letter in which the truth could
/// travel instead, and silence would leave people without an account and without a reason. What it tells an attacker is
/// limited by the number of sign-ups from a network and costs the same hash as a success.
/// </summary>
internal sealed class SignUp(
    NetRoomDb db,
    Outbox outbox,
    PasswordHasher hasher,
    Throttle throttle,
    KnownDevices devices,
    VisitOrigins origins,
    Consents consents,
    AbuseCheck abuse,
    IStringLocalizer<AccountsText> texts,
    StartSession start,
    SessionCookies cookies,
    TimeProvider clock
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
                    [FromForm] SignUpForm form,
                    CancellationToken cancel
                ) => signUp.RunAsync(context, form, cancel)
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
            || await CreateAsync(context, form, email, hash, client, cancel) is not { } holder
        )
            return Again(
                form,
                new() { Email = new Problem(ProblemKind.Invalid, "accounts.email_taken") }
            );
        // The news opens the wallet and grants the bonus before the first page asks for the balance.
        await outbox.DeliverNowAsync(cancel);
        await cookies.WriteAsync(context, holder.Holder, holder.Refresh);
        devices.Remember(context, email);
        VisitOrigins.Forget(context);
        Preferences.KeepLanguage(context, holder.Holder.Language);
        return TypedResults.LocalRedirect(LocalPath.OrHome(form.ReturnUrl));
    }

    private static SignUpProblems Check(SignUpForm form, out EmailAddress? email) =>
        new()
        {
            Email = EmailAddress.TryParse(form.Email, out email)
                ? null
                : Invalid("accounts.email_invalid"),
            Password = PasswordRules.Check(form.Password, email),
            Terms = form.Terms == "yes" ? null : Invalid("accounts.terms_needed"),
            PersonalData =
                form.PersonalData == "yes" ? null : Invalid("accounts.personal_data_needed"),
            Age = form.Age is Ages.Adult or Ages.Guardian ? null : Invalid("accounts.age_needed"),
        };

    private Task<bool> IsTakenAsync(EmailAddress email, CancellationToken cancel) =>
        db.Set<Identity>()
            .AnyAsync(row => row.Provider == Identity.ByEmail && row.Subject == email.Key, cancel);

    /// <summary>Null when the address was taken a moment ago.</summary>
    private async Task<Renewed?> CreateAsync(
        HttpContext context,
        SignUpForm form,
        EmailAddress email,
        string passwordHash,
        Client client,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        var account = new Account
        {
            Id = Ids.New(),
            Email = email.Display,
            Language = Languages.Current,
            Role = Roles.Person,
            Age = form.Age!,
            CreatedAt = now,
        };
        db.Add(account);
        db.Add(
            new Identity
            {
                Id = Ids.New(),
                AccountId = account.Id,
                Provider = Identity.ByEmail,
                Subject = email.Key,
                PasswordHash = passwordHash,
                CreatedAt = now,
            }
        );
        consents.AddAtSignUp(db, account, SentenceOf(form.Age!), form.Marketing == "yes", client);
        db.Add(origins.ToAttribution(context, client, account.Id, now));
        var session = start.Add(account.Id, new Proof(Identity.ByEmail), client);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var verdict = await abuse.JudgeAsync(
            account.Id,
            AbuseTraces.Of(client, devices.IdOf(context), email),
            cancel
        );
        outbox.Add(new AccountCreated(account.Id, account.Language, verdict.Withheld));
        try
        {
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return new Renewed(Holder.Of(account, session), session.Refresh);
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            db.ChangeTracker.Clear();
            return null;
        }
    }

    private string SentenceOf(string age) =>
        texts[
            age == Ages.Adult ? "I am 18 or older" : "I am under 18 and a parent or guardian agrees"
        ];

    private static Problem Invalid(string code) => new(ProblemKind.Invalid, code);

    private static PageResult<SignUpPage> Again(SignUpForm form, SignUpProblems problems) =>
        new(
            new { Form = form with { Password = null }, Problems = problems },
            (int)(problems.Form?.Kind ?? ProblemKind.Invalid)
        );
}
