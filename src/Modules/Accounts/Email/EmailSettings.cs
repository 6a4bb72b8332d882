using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

/// <summary>What the page shows of the account.</summary>
public sealed record EmailView(string? Email, bool IsProven, bool HasPassword, bool SendsMail);

/// <summary>Settings, email and password: /settings/email.</summary>
internal sealed class EmailSettings(NetRoomDb db, AccountLetters letters, ICurrentAccount me)
{
    public const string Address = "/settings/email";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/settings/email",
                (EmailSettings settings, CancellationToken cancel) =>
                    settings.ShowAsync(null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn);

    public async Task<EmailView> LoadAsync(CancellationToken cancel) =>
        await db.Set<Account>()
            .Where(row => row.Id == me.Id)
            .Select(row => new EmailView(
                row.Email,
                row.EmailProvenAt != null,
                db.Set<Identity>()
                    .Any(it => it.AccountId == me.Id && it.Provider == Identity.ByEmail),
                letters.AreSent
            ))
            .SingleAsync(cancel);

    /// <param name="problem">Of the password's form.</param>
    public async Task<IResult> ShowAsync(Problem? problem, CancellationToken cancel) =>
        new PageResult<EmailSettingsPage>(
            new { View = await LoadAsync(cancel), Problem = problem },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
