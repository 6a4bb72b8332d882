using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

public sealed record ChangePasswordForm
{
    public string? Current { get; init; }
    public string? Password { get; init; }
}

/// <summary>A new password for who knows the old one. All other sessions and waiting links end, and this session is made anew.</summary>
internal sealed class ChangePassword(
    NetRoomDb db,
    Outbox outbox,
    EmailSettings settings,
    MailLinks links,
    PasswordHasher hasher,
    Throttle throttle,
    KnownDevices devices,
    Admission admission,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/settings/password",
                (
                    ChangePassword change,
                    HttpContext context,
                    [FromForm] ChangePasswordForm? form,
                    CancellationToken cancel
                ) => change.RunAsync(context, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    private async Task<IResult> RunAsync(
        HttpContext context,
        ChangePasswordForm form,
        CancellationToken cancel
    )
    {
        var identity = await db.Set<Identity>()
            .SingleOrDefaultAsync(
                row => row.AccountId == me.Id && row.Provider == Identity.ByEmail,
                cancel
            );
        if (identity is null || !EmailAddress.TryParse(identity.Subject, out var email))
            return TypedResults.LocalRedirect(EmailSettings.Address);
        var account = await db.Set<Account>().SingleAsync(row => row.Id == me.Id, cancel);
        if (PasswordRules.Check(form.Password, email, account.Name) is { } weak)
            return await settings.ShowAsync(weak, cancel);
        if (!PasswordRules.CanBe(form.Current))
            return await settings.ShowAsync(WrongPassword, cancel);
        var client = Client.Of(context);
        var device = devices.Find(context, email);
        if (await throttle.TakeSignInAsync(email, device, client, cancel) is { } wait)
            return await settings.ShowAsync(Waiting.Problem(context, wait), cancel);
        var verified = await hasher.VerifyAsync(
            form.Current,
            identity.PasswordHash,
            cancel,
            isKnownDevice: true
        );
        if (!verified.Succeeded(out var isRight, out var busy))
        {
            await throttle.NotJudgedAsync(email, device, client, cancel);
            return await settings.ShowAsync(busy, cancel);
        }

        if (!isRight)
            return await settings.ShowAsync(WrongPassword, cancel);
        await throttle.SucceededAsync(email, device, client, cancel);
        var hashed = await hasher.HashAsync(form.Password!, cancel);
        if (!hashed.Succeeded(out var hash, out busy))
            return await settings.ShowAsync(busy, cancel);
        if (!await ApplyAsync(context, identity, hash, client, cancel))
            return await settings.ShowAsync(WrongPassword, cancel);
        var entered = await admission.EnterAsync(
            context,
            me.Id,
            new Proof(Identity.ByEmail, context.User.HasClaim(SessionClaims.SecondFactor, "true")),
            EmailSettings.Address,
            cancel
        );
        if (!entered.Succeeded(out var next, out var refused))
            return await settings.ShowAsync(refused, cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(next);
    }

    private static Problem WrongPassword => new(ProblemKind.Invalid, "email.wrong_password");

    /// <summary>False when another window changed it in between.</summary>
    private async Task<bool> ApplyAsync(
        HttpContext context,
        Identity identity,
        string hash,
        Client client,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var set = await db.Set<Identity>()
            .Where(row => row.Id == identity.Id && row.PasswordHash == identity.PasswordHash)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.PasswordHash, hash), cancel);
        if (set == 0)
            return false;
        var own = Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value);
        await db.EndSessionsAsync(me.Id, own, EndReasons.PasswordChanged, now, cancel);
        await links.EndPendingAsync(me.Id, cancel);
        outbox.Add(client.Did(me.Id, SecurityKinds.PasswordChanged, now));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
