using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Accounts.WaysIn.Telegram;
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
    Consents agreed,
    AbuseCheck abuse,
    IStringLocalizer<AccountsText> texts,
    StartSession start,
    SessionCookies cookies,
    KnownDevices devices,
    ILogger<NewAccounts> logger,
    TimeProvider clock
)
{
    /// <summary>Creates the account and signs in. False: the identity was taken a moment ago.</summary>
    /// <param name="consents">A form without problems.</param>
    public async Task<bool> OpenAsync(
        HttpContext context,
        NewcomerForm consents,
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
        agreed.AddAtSignUp(
            db,
            account,
            SentenceOf(account.Age),
            consents.Marketing == "yes",
            client
        );
        db.Add(origins.ToAttribution(context, client, account.Id, now));
        var session = start.Add(account.Id, new Proof(person.Provider), client);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var verdict = await abuse.JudgeAsync(
            account.Id,
            AbuseTraces.Of(
                client,
                devices.IdOf(context),
                EmailAddress.TryParse(person.Email, out var email) ? email : null,
                person.Provider == TelegramUser.Provider ? person.Subject : null
            ),
            cancel
        );
        outbox.Add(new AccountCreated(account.Id, account.Language, verdict.Withheld));
        try
        {
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
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
        logger.SignedIn(account.Id, person.Provider, client.Ip);
        devices.Remember(
            context,
            account.Id,
            person.Provider == Identity.ByEmail ? person.Subject : null
        );
        VisitOrigins.Forget(context);
        Preferences.KeepLanguage(context, account.Language);
        return true;
    }

    private string SentenceOf(string age) =>
        texts[
            age == Ages.Adult ? "I am 18 or older" : "I am under 18 and a parent or guardian agrees"
        ];
}
