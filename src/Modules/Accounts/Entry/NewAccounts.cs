using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using Npgsql;

namespace NetRoom.Accounts.Entry;

/// <summary>Who signs up: the way in that was proven, and what it told.</summary>
/// <param name="Provider">As in <see cref="Identity"/>.</param>
/// <param name="Subject">The provider's own id of the person; the folded address for the email.</param>
/// <param name="Email">Null if the provider told none.</param>
internal sealed record NewAccount(string Provider, string Subject, string? Email)
{
    public string? PasswordHash { get; init; }

    /// <summary>Whether the provider vouches for the address.</summary>
    public bool EmailProven { get; init; }
    public string Name { get; init; } = "";
    public string Label { get; init; } = "";
}

/// <summary>Every new account, whatever the way in: account, identity, consents, attribution and the first session in one transaction.</summary>
internal sealed class NewAccounts(
    NetRoomDb db,
    Outbox outbox,
    VisitOrigins origins,
    LegalDocuments documents,
    StartSession start,
    SessionCookies cookies,
    KnownDevices devices,
    TimeProvider clock
)
{
    /// <summary>Creates the account and signs in. False: the identity was taken a moment ago.</summary>
    /// <param name="consents">A form without problems.</param>
    public async Task<bool> OpenAsync(
        HttpContext context,
        ConsentForm consents,
        NewAccount person,
        CancellationToken cancel
    )
    {
        var (now, client) = (clock.GetUtcNow(), Client.Of(context));
        var account = new Account
        {
            Id = Ids.New(),
            Email = person.Email,
            EmailProvenAt = person.EmailProven ? now : null,
            Name = person.Name,
            Language = Languages.Current,
            Role = Roles.Person,
            Age = consents.Age!,
            CreatedAt = now,
        };
        db.Add(account);
        db.Add(
            new Identity
            {
                Id = Ids.New(),
                AccountId = account.Id,
                Provider = person.Provider,
                Subject = person.Subject,
                PasswordHash = person.PasswordHash,
                Label = person.Label,
                CreatedAt = now,
                LastUsedAt = now,
            }
        );
        db.AddRange(documents.Current().Select(document => document.AcceptedBy(account.Id, now)));
        db.Add(origins.ToAttribution(context, client, account.Id, now));
        var session = start.Add(account.Id, new Proof(person.Provider), client);
        outbox.Add(new AccountCreated(account.Id, account.Language));
        try
        {
            // One save is one transaction.
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            db.ChangeTracker.Clear();
            return false;
        }

        // The news opens the wallet and grants the bonus before the first page asks for the balance.
        await outbox.DeliverNowAsync(cancel);
        await cookies.WriteAsync(context, Holder.Of(account, session), session.Refresh);
        devices.Remember(
            context,
            account.Id,
            person.Provider == Identity.ByEmail ? person.Subject : null
        );
        VisitOrigins.Forget(context);
        Preferences.KeepLanguage(context, account.Language);
        return true;
    }
}
