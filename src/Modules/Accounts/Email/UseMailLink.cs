using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

/// <summary>
/// Does what a link from a letter is for, once. Whoever uses it reads the address; when that is shown for the first time, or a password is
/// set this way, everybody else who has got into the account is put out: sessions, waiting links, and, unless the owner keeps them, ways
/// in that were attached before.
/// </summary>
internal sealed class UseMailLink(
    NetRoomDb db,
    Outbox outbox,
    MailLinks links,
    MailLinkScreens screens,
    PasswordHasher hasher,
    SecondFactors factors,
    Throttle throttle,
    Admission admission,
    TimeProvider clock
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/mail-link/use",
                (
                    UseMailLink use,
                    HttpContext context,
                    [FromForm] MailLinkForm? form,
                    CancellationToken cancel
                ) => use.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    private async Task<IResult> RunAsync(
        HttpContext context,
        MailLinkForm form,
        CancellationToken cancel
    )
    {
        if (
            await links.FindAsync(form.Code, cancel) is not { } link
            || !EmailAddress.TryParse(link.Address, out var email)
        )
            return MailLinkScreens.AskForCode(MailLinkScreens.Dead);
        string? hash = null;
        if (link.SetsPassword)
        {
            var name = await db.Set<Account>()
                .Where(row => row.Id == link.AccountId)
                .Select(row => row.Name)
                .SingleAsync(cancel);
            if (PasswordRules.Check(form.Password, email, name) is { } weak)
                return await screens.ShowAsync(link, form, weak, cancel);
            var hashed = await hasher.HashAsync(form.Password!, cancel);
            if (!hashed.Succeeded(out hash, out var busy))
                return await screens.ShowAsync(link, form, busy, cancel);
        }

        var client = Client.Of(context);
        var own = link.SetsPassword ? null : SessionOf(context, link.AccountId);
        if (
            await ApplyAsync(link, email, hash, form.Keep ?? [], own, client, cancel) is { } problem
        )
            return MailLinkScreens.AskForCode(problem);
        await outbox.DeliverNowAsync(cancel);
        if (!link.SetsPassword)
            return Proven(context, link, own);
        await throttle.ForgiveAsync(email, cancel);
        // By the one door: where the account has a second factor, that is asked for next.
        var entered = await admission.EnterAsync(
            context,
            link.AccountId,
            new Proof(Identity.ByEmail),
            null,
            cancel
        );
        if (!entered.Succeeded(out var next, out var refused))
            return MailLinkScreens.AskForCode(refused);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(next);
    }

    /// <summary>All in one transaction; null when it is done.</summary>
    private async Task<Problem?> ApplyAsync(
        MailLink link,
        EmailAddress email,
        string? passwordHash,
        IReadOnlyCollection<Guid> keep,
        Guid? ownSession,
        Client client,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var account = await db.LockAccountAsync(link.AccountId, cancel);
        if (!await links.TakeAsync(link, cancel))
            return MailLinkScreens.Dead;
        var isFirst = account.EmailProvenAt is null;
        if (
            !await db.TakeAddressAsync(
                account.Id,
                email,
                account.Email == email.Display ? account.EmailProvenAt ?? now : now,
                cancel
            )
        )
            return new Problem(ProblemKind.Conflict, "email.address_taken");
        if (passwordHash is not null)
            await SetPasswordAsync(account.Id, email, passwordHash, now, cancel);
        if (isFirst)
            await DropWaysAsync(account.Id, keep, cancel);
        // Whoever set up a factor under an address of somebody else must not lock its owner out. The owner's own session has shown it.
        if (isFirst && ownSession is null)
            await factors.RemoveAllAsync(account.Id, cancel);
        if (isFirst || passwordHash is not null)
        {
            var reason = passwordHash is null ? EndReasons.EmailProven : EndReasons.PasswordReset;
            await db.EndSessionsAsync(account.Id, ownSession, reason, now, cancel);
            outbox.Add(new AccountReclaimed(account.Id));
        }

        await links.EndPendingAsync(link, cancel);
        var kind = link.Purpose switch
        {
            LinkPurposes.Prove => SecurityKinds.EmailProven,
            LinkPurposes.Change => SecurityKinds.EmailChanged,
            _ => SecurityKinds.PasswordReset,
        };
        outbox.Add(client.Did(account.Id, kind, now));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private async Task SetPasswordAsync(
        Guid accountId,
        EmailAddress email,
        string hash,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var set = await db.Set<Identity>()
            .Where(row => row.AccountId == accountId && row.Provider == Identity.ByEmail)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.PasswordHash, hash), cancel);
        if (set == 0)
            db.Add(
                new Identity
                {
                    Id = Ids.New(),
                    AccountId = accountId,
                    Provider = Identity.ByEmail,
                    Subject = email.Key,
                    PasswordHash = hash,
                    CreatedAt = now,
                }
            );
    }

    private Task<int> DropWaysAsync(
        Guid accountId,
        IReadOnlyCollection<Guid> keep,
        CancellationToken cancel
    ) =>
        db.Set<Identity>()
            .Where(row =>
                row.AccountId == accountId
                && row.Provider != Identity.ByEmail
                && !keep.Contains(row.Id)
            )
            .ExecuteDeleteAsync(cancel);

    private static Guid? SessionOf(HttpContext context, Guid accountId) =>
        context.User.HasClaim(SessionClaims.Account, $"{accountId}")
            ? Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value)
            : null;

    private static IResult Proven(HttpContext context, MailLink link, Guid? ownSession)
    {
        if (ownSession is null)
            return new PageResult<MailLinkPage>(new { Done = link.Purpose });
        SessionCookies.ForgetAccess(context);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(EmailSettings.Address);
    }
}
