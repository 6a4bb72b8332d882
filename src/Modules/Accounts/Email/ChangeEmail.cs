using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

public sealed record ChangeEmailForm
{
    public string? Email { get; init; }
}

/// <summary>
/// Asks for another address: nothing changes until the link that was sent there is used. The old address is told at once; if it was proven,
/// its letter can stop the change, or undo it for three days. A service without mail changes the address at once, unproven.
/// </summary>
internal sealed class ChangeEmail(
    NetRoomDb db,
    Outbox outbox,
    MailLinks links,
    AccountLetters letters,
    Throttle throttle,
    ICurrentAccount me,
    TimeProvider clock
)
{
    public const string Address = "/settings/email/change";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/settings/email/change", (ChangeEmail change) => change.Page(new()))
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(OpenWhileOwing.Address);
        routes
            .MapPost(
                "/settings/email/change",
                (
                    ChangeEmail change,
                    HttpContext context,
                    [FromForm] ChangeEmailForm? form,
                    CancellationToken cancel
                ) => change.RunAsync(context, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(OpenWhileOwing.Address)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> RunAsync(
        HttpContext context,
        ChangeEmailForm form,
        CancellationToken cancel
    )
    {
        if (!EmailAddress.TryParse(form.Email, out var email))
            return Page(form, new Problem(ProblemKind.Invalid, "accounts.email_invalid"));
        var account = await db.Set<Account>().SingleAsync(row => row.Id == me.Id, cancel);
        if (email.Display == account.Email)
            return Page(form, new Problem(ProblemKind.Invalid, "email.same_address"));
        var client = Client.Of(context);
        if (await throttle.TakeLetterAsync(email, client, cancel) is { } wait)
            return Page(form, Waiting.Problem(context, wait));
        if (letters.AreSent)
        {
            await AskAsync(account, email, cancel);
            return Page(form, sentTo: email.Display);
        }

        if (!await ChangeAsync(account, email, client, cancel))
            return Page(form, new Problem(ProblemKind.Conflict, "email.address_taken"));
        SessionCookies.ForgetAccess(context);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(EmailSettings.Address);
    }

    /// <summary>Whether somebody else signs in by the address is told to the reader of the address alone.</summary>
    private async Task AskAsync(Account account, EmailAddress email, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var isTaken = await db.Set<Identity>()
            .AnyAsync(
                row =>
                    row.Provider == Identity.ByEmail
                    && row.Subject == email.Key
                    && row.AccountId != account.Id,
                cancel
            );
        var secret = await links.IssueAsync(account.Id, LinkPurposes.Change, email.Display, cancel);
        await (
            isTaken
                ? letters.AddAsync("taken", email.Display, account.Language, null)
                : letters.AddAsync(LinkPurposes.Change, email.Display, account.Language, secret)
        );
        if (account is { Email: { } old, EmailProvenAt: not null })
            await letters.AddAsync(
                LinkPurposes.Undo,
                old,
                account.Language,
                await links.IssueAsync(account.Id, LinkPurposes.Undo, old, cancel),
                email.Display
            );
        else if (account.Email is not null)
            await letters.AddAsync("leaving", account.Email, account.Language, null);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<bool> ChangeAsync(
        Account account,
        EmailAddress email,
        Client client,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.TakeAddressAsync(account.Id, email, provenAt: null, cancel))
            return false;
        await links.EndPendingAsync(account.Id, cancel);
        outbox.Add(client.Did(account.Id, SecurityKinds.EmailChanged, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private PageResult<ChangeEmailPage> Page(
        ChangeEmailForm form,
        Problem? problem = null,
        string? sentTo = null
    ) =>
        new(
            new
            {
                Form = form,
                SendsMail = letters.AreSent,
                SentTo = sentTo,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
