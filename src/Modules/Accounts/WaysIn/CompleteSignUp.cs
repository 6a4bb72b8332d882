using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn;

/// <summary>The page on which somebody who came by a provider for the first time agrees to what every sign-up asks. Only then is there an account.</summary>
internal sealed class CompleteSignUp(
    NetRoomDb db,
    NewAccounts accounts,
    PendingSignUps pending,
    Arrival arrival,
    Admission admission,
    Throttle throttle,
    TimeProvider clock
)
{
    public const string Address = "/sign-up/complete";
    private static readonly TimeSpan SecondClick = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/sign-up/complete",
                (CompleteSignUp complete, HttpContext context, CancellationToken cancel) =>
                    complete.ShowAsync(context, cancel)
            )
            .AllowAnonymous();
        routes
            .MapPost(
                "/sign-up/complete",
                (
                    CompleteSignUp complete,
                    HttpContext context,
                    [FromForm] NewcomerForm? form,
                    CancellationToken cancel
                ) => complete.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> ShowAsync(HttpContext context, CancellationToken cancel) =>
        pending.Find(context) is { } newcomer
            ? await PageAsync(newcomer, new(), new(), cancel)
            : TypedResults.LocalRedirect("/sign-up");

    private async Task<IResult> RunAsync(
        HttpContext context,
        NewcomerForm form,
        CancellationToken cancel
    )
    {
        if (pending.Find(context) is not { } newcomer)
            return TypedResults.LocalRedirect("/sign-up");
        var problems = ConsentProblems.Of(form);
        if (problems.Any)
            return await PageAsync(newcomer, form, problems, cancel);
        if (await throttle.TakeSignUpAsync(Client.Of(context), cancel) is { } wait)
            return await PageAsync(
                newcomer,
                form,
                new() { Form = Waiting.Problem(context, wait) },
                cancel
            );
        var person = newcomer.Person;
        var isNew = await accounts.OpenAsync(
            context,
            form,
            new NewAccount(person.Provider, person.Subject, person.Email)
            {
                EmailProven = person.EmailProven,
                Name = person.Name,
                Label = person.Label,
            },
            cancel
        );
        PendingSignUps.Forget(context);
        return isNew
            ? TypedResults.LocalRedirect(LocalPath.OrHome(newcomer.ReturnUrl))
            : await SecondClickAsync(context, newcomer, cancel);
    }

    /// <summary>The button was pressed twice, and this is the answer that the browser waits for. Later than that, the provider is asked again.</summary>
    private async Task<IResult> SecondClickAsync(
        HttpContext context,
        PendingSignUp newcomer,
        CancellationToken cancel
    )
    {
        var (person, returnUrl) = (newcomer.Person, newcomer.ReturnUrl);
        if (
            await arrival.FindAsync(person, cancel) is { } known
            && clock.GetUtcNow() - known.CreatedAt <= SecondClick
        )
        {
            var proof = new Proof(person.Provider);
            var entered = await admission.EnterAsync(
                context,
                known.AccountId,
                proof,
                returnUrl,
                cancel
            );
            if (entered.Succeeded(out var next, out _))
                return TypedResults.LocalRedirect(next);
        }

        return TypedResults.LocalRedirect(StartWayIn.AddressOf(person.Provider, returnUrl));
    }

    private async Task<IResult> PageAsync(
        PendingSignUp newcomer,
        NewcomerForm form,
        ConsentProblems problems,
        CancellationToken cancel
    ) =>
        new PageResult<CompleteSignUpPage>(
            new
            {
                Provider = newcomer.Person.Provider,
                newcomer.Person.Label,
                HasAccount = await IsProvenElsewhereAsync(newcomer.Person, cancel),
                Form = form,
                Problems = problems,
            },
            problems.Any
                ? (int)(problems.Form?.Kind ?? ProblemKind.Invalid)
                : StatusCodes.Status200OK
        );

    /// <summary>
    /// Whether another account has proven the address that the provider vouches for. Both sides are proven, so the person may know; the
    /// accounts are still joined only by signing in to the other one.
    /// </summary>
    private async Task<bool> IsProvenElsewhereAsync(ExternalPerson person, CancellationToken cancel)
    {
        if (!person.EmailProven || !EmailAddress.TryParse(person.Email, out var email))
            return false;
        return await db
            .Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (SELECT FROM accounts.account
                                WHERE email_proven_at IS NOT NULL AND lower(email) = {email.Key}) AS "Value"
                """
            )
            .SingleAsync(cancel);
    }
}
