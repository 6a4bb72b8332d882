using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Entry;

/// <summary>The one door to a session: whatever way a person showed who they are, this opens it.</summary>
internal sealed class Admission(
    NetRoomDb db,
    StartSession start,
    SessionCookies cookies,
    LiveSessions live,
    KnownDevices devices,
    PersonSignals signals,
    SecondFactors factors,
    SealedTickets tickets,
    Consents consents,
    Outbox outbox,
    ILogger<Admission> logger,
    TimeProvider clock
)
{
    /// <summary>
    /// Opens a new session and ends the one that this browser had. Answers the address to go to: of the second step, without a session,
    /// where the account has a second factor that was not shown. Refuses a blocked account ("accounts.blocked").
    /// </summary>
    public async Task<Outcome<string>> EnterAsync(
        HttpContext context,
        Guid accountId,
        Proof proof,
        string? returnUrl,
        CancellationToken cancel
    )
    {
        var account = await db.Set<Account>().SingleAsync(row => row.Id == accountId, cancel);
        var client = Client.Of(context);
        if (account.BlockedAt is not null)
        {
            logger.SignInRefused(proof.Method, client.Ip, "accounts.blocked");
            return new Problem(ProblemKind.Forbidden, "accounts.blocked");
        }

        if (!proof.SecondFactor && (await factors.StateAsync(accountId, cancel)).Any)
        {
            tickets.Give(
                context,
                TicketKind.Pending,
                new PendingEntry(accountId, proof.Method, returnUrl)
            );
            return SecondStep.Address;
        }

        var now = clock.GetUtcNow();
        if (await IsNewDeviceAsync(context, accountId, cancel))
            outbox.Add(client.Did(accountId, SecurityKinds.NewDevice, now));
        if (context.User.FindFirst(SessionClaims.Session) is { } old)
            await live.EndAsync(Guid.Parse(old.Value), EndReasons.SignedInAgain, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var session = start.Add(accountId, proof, client);
        await db.SaveChangesAsync(cancel);
        if (await start.EndSurplusAsync(accountId, cancel) > 0)
        {
            outbox.Add(client.Did(accountId, SecurityKinds.SessionLimit, now));
            await db.SaveChangesAsync(cancel);
            Notice.Leave(context, "The session unused longest has ended: there were too many");
        }

        await db.Set<Identity>()
            .Where(row => row.AccountId == accountId && row.Provider == proof.Method)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.LastUsedAt, now), cancel);
        await transaction.CommitAsync(cancel);
        var signsInBy = await db.Set<Identity>()
            .Where(row => row.AccountId == accountId && row.Provider == Identity.ByEmail)
            .Select(row => row.Subject)
            .SingleOrDefaultAsync(cancel);
        devices.Remember(context, accountId, signsInBy);
        await signals.SawDeviceAsync(accountId, devices.IdOf(context), cancel);
        await cookies.WriteAsync(context, Holder.Of(account, session), session.Refresh);
        logger.SignedIn(accountId, proof.Method, client.Ip);
        if (!context.Request.Cookies.ContainsKey(Preferences.LanguageCookie))
            Preferences.KeepLanguage(context, account.Language);
        var next = LocalPath.OrHome(returnUrl);
        return
            account.Role != Roles.Owner
            && (await consents.OutstandingAsync(accountId, cancel)).Count > 0
            ? GiveConsent.AddressFor(next)
            : next;
    }

    /// <summary>Whether somebody who has been here before comes with a browser that has not.</summary>
    private async Task<bool> IsNewDeviceAsync(
        HttpContext context,
        Guid accountId,
        CancellationToken cancel
    ) =>
        devices.Find(context, accountId) is null
        && !context.User.HasClaim(SessionClaims.Account, $"{accountId}")
        && await db.Set<Session>().AnyAsync(row => row.AccountId == accountId, cancel);
}
