using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

public sealed record ForgotPasswordForm
{
    public string? Email { get; init; }
}

/// <summary>
/// /forgot-password: whoever names an address gets the same answer in the same time. Whether there is an account is only looked up
/// afterwards, when the request is answered.
/// </summary>
internal sealed class ForgotPassword(
    NetRoomDb db,
    Outbox outbox,
    Throttle throttle,
    AccountLetters letters
)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/forgot-password",
                (ForgotPassword forgot, string? email) => forgot.Page(new() { Email = email })
            )
            .AllowAnonymous();
        routes
            .MapPost(
                "/forgot-password",
                (
                    ForgotPassword forgot,
                    HttpContext context,
                    [FromForm] ForgotPasswordForm? form,
                    CancellationToken cancel
                ) => forgot.RunAsync(context, form ?? new(), cancel)
            )
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> RunAsync(
        HttpContext context,
        ForgotPasswordForm form,
        CancellationToken cancel
    )
    {
        if (!letters.AreSent)
            return Page(form);
        if (!EmailAddress.TryParse(form.Email, out var email))
            return Page(form, new Problem(ProblemKind.Invalid, "accounts.email_invalid"));
        if (await throttle.TakeLetterAsync(email, Client.Of(context), cancel) is { } wait)
            return Page(form, Waiting.Problem(context, wait));
        outbox.Add(new PasswordResetAsked(email.Key));
        await db.SaveChangesAsync(cancel);
        return Page(form with { Email = email.Display }, isSent: true);
    }

    private PageResult<ForgotPasswordPage> Page(
        ForgotPasswordForm form,
        Problem? problem = null,
        bool isSent = false
    ) =>
        new(
            new
            {
                Form = form,
                MailIsOff = !letters.AreSent,
                IsSent = isSent,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}

/// <summary>Somebody asked for a letter to this address, known or not.</summary>
internal sealed record PasswordResetAsked(string AddressKey);

/// <summary>Writes the letter if somebody signs in by this address.</summary>
internal sealed class SendResetLink(NetRoomDb db, MailLinks links, AccountLetters letters)
    : IEventHandler<PasswordResetAsked>
{
    public async Task HandleAsync(PasswordResetAsked news, CancellationToken cancel)
    {
        var account = await db.Set<Account>()
            .Where(row =>
                row.BlockedAt == null
                && row.Email != null
                && db.Set<Identity>()
                    .Any(identity =>
                        identity.AccountId == row.Id
                        && identity.Provider == Identity.ByEmail
                        && identity.Subject == news.AddressKey
                    )
            )
            .SingleOrDefaultAsync(cancel);
        if (account is null)
            return;
        var secret = await links.IssueAsync(account.Id, LinkPurposes.Reset, account.Email!, cancel);
        await letters.AddAsync(LinkPurposes.Reset, account.Email!, account.Language, secret);
    }
}
