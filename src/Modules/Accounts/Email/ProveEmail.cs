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
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

/// <summary>
/// /prove-email: asks for the letter that proves an address. Where the operator requires it, whoever has not done so sees this page and
/// no other.
/// </summary>
internal sealed class ProveEmail(
    NetRoomDb db,
    EmailSettings settings,
    MailLinks links,
    AccountLetters letters,
    Throttle throttle,
    ICurrentAccount me
)
{
    public const string Address = "/prove-email";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/prove-email",
                (ProveEmail prove, CancellationToken cancel) =>
                    prove.ShowAsync(null, isSent: false, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(OpenWhileOwing.Address);
        routes
            .MapPost(
                "/prove-email",
                (
                    ProveEmail prove,
                    HttpContext context,
                    [FromForm] string? again,
                    CancellationToken cancel
                ) => prove.RunAsync(context, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(OpenWhileOwing.Address)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> RunAsync(HttpContext context, CancellationToken cancel)
    {
        var account = await db.Set<Account>().SingleAsync(row => row.Id == me.Id, cancel);
        if (
            !letters.AreSent
            || account.EmailProvenAt is not null
            || !EmailAddress.TryParse(account.Email, out var email)
        )
            return await ShowAsync(null, isSent: false, cancel);
        if (await throttle.TakeLetterAsync(email, Client.Of(context), cancel) is { } wait)
            return await ShowAsync(Waiting.Problem(context, wait), isSent: false, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var secret = await links.IssueAsync(account.Id, LinkPurposes.Prove, email.Display, cancel);
        await letters.AddAsync(LinkPurposes.Prove, email.Display, account.Language, secret);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await ShowAsync(null, isSent: true, cancel);
    }

    private async Task<IResult> ShowAsync(
        Problem? problem,
        bool isSent,
        CancellationToken cancel
    ) =>
        await settings.LoadAsync(cancel) is { Email: not null, IsProven: false } view
            ? new PageResult<ProveEmailPage>(
                new
                {
                    View = view,
                    IsSent = isSent,
                    Problem = problem,
                },
                problem is null ? StatusCodes.Status200OK : (int)problem.Kind
            )
            : TypedResults.LocalRedirect(EmailSettings.Address);
}
