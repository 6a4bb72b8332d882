using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Ui;
using Npgsql;

namespace NetRoom.Accounts.WaysIn.Linking;

/// <summary>A password for an account that has an address and was opened by a provider.</summary>
internal sealed class AddPassword(
    NetRoomDb db,
    PasswordHasher hasher,
    ICurrentAccount me,
    Outbox outbox,
    TimeProvider clock
)
{
    public const string Address = "/settings/ways-in/password";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/settings/ways-in/password",
                (AddPassword add, CancellationToken cancel) => add.ShowAsync(cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof();
        routes
            .MapPost(
                "/settings/ways-in/password",
                (
                    AddPassword add,
                    HttpContext context,
                    [FromForm] string? password,
                    CancellationToken cancel
                ) => add.RunAsync(context, password, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> ShowAsync(CancellationToken cancel) =>
        await AddressAsync(cancel) is { } email
            ? new PageResult<AddPasswordPage>(new { Email = email.Display })
            : TypedResults.LocalRedirect(ShowWaysIn.Address);

    private async Task<IResult> RunAsync(
        HttpContext context,
        string? password,
        CancellationToken cancel
    )
    {
        if (await AddressAsync(cancel) is not { } email)
            return TypedResults.LocalRedirect(ShowWaysIn.Address);
        if (PasswordRules.Check(password, email) is { } weak)
            return Again(email, weak);
        var hashed = await hasher.HashAsync(password!, cancel);
        if (!hashed.Succeeded(out var hash, out var busy))
            return Again(email, busy);
        var now = clock.GetUtcNow();
        outbox.Add(Client.Of(context).Did(me.Id, SecurityKinds.WayAdded, now));
        db.Add(
            new Identity
            {
                Id = Ids.New(),
                AccountId = me.Id,
                Provider = Identity.ByEmail,
                Subject = email.Key,
                PasswordHash = hash,
                CreatedAt = now,
            }
        );
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            return Again(email, new Problem(ProblemKind.Conflict, "ways.address_taken"));
        }

        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(ShowWaysIn.Address);
    }

    /// <summary>The account's address; null where there is none, or a password already.</summary>
    private async Task<EmailAddress?> AddressAsync(CancellationToken cancel)
    {
        var hasPassword = await db.Set<Identity>()
            .AnyAsync(row => row.AccountId == me.Id && row.Provider == Identity.ByEmail, cancel);
        var typed = await db.Set<Account>()
            .Where(row => row.Id == me.Id)
            .Select(row => row.Email)
            .SingleAsync(cancel);
        return !hasPassword && EmailAddress.TryParse(typed, out var email) ? email : null;
    }

    private static PageResult<AddPasswordPage> Again(EmailAddress email, Problem problem) =>
        new(new { Email = email.Display, Problem = problem }, (int)problem.Kind);
}
