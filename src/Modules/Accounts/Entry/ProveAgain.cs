using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
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
    public string? ReturnUrl { get; init; }
}

/// <summary>/sign-in/again: somebody who is signed in shows once more who they are, before something sensitive.</summary>
internal sealed class ProveAgain(
    NetRoomDb db,
    PasswordHasher hasher,
    Throttle throttle,
    KnownDevices devices,
    LiveSessions live,
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
            .RequireAuthorization(Policies.SignedIn);
        routes
            .MapPost(
                "/sign-in/again",
                (
                    ProveAgain again,
                    HttpContext context,
                    [FromForm] ProveAgainForm form,
                    CancellationToken cancel
                ) => again.RunAsync(context, form, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    public async Task<IResult> RunAsync(
        HttpContext context,
        ProveAgainForm form,
        CancellationToken cancel
    )
    {
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
        var verified = await hasher.VerifyAsync(form.Password, identity.PasswordHash, cancel);
        if (!verified.Succeeded(out var isRight, out var busy))
        {
            await throttle.NotJudgedAsync(email, device, client, cancel);
            return await ShowAsync(form, busy, cancel);
        }

        if (!isRight)
            return await ShowAsync(form, WrongPassword, cancel);
        await throttle.SucceededAsync(email, device, client, cancel);
        var session = Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value);
        await live.ProveAsync(session, cancel);
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
    ) =>
        new PageResult<ProveAgainPage>(
            new
            {
                form.ReturnUrl,
                HasPassword = await PasswordIdentityAsync(cancel) is not null,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
