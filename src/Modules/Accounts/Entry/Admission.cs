using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.Entry;

/// <summary>The one door to a session: whatever way a person showed who they are, this opens it.</summary>
internal sealed class Admission(
    NetRoomDb db,
    StartSession start,
    SessionCookies cookies,
    LiveSessions live,
    Consents consents
)
{
    /// <summary>
    /// Opens a new session and ends the one that this browser had. Answers the address to go to; refuses a blocked account
    /// ("accounts.blocked").
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
        if (account.BlockedAt is not null)
            return new Problem(ProblemKind.Forbidden, "accounts.blocked");
        if (context.User.FindFirst(SessionClaims.Session) is { } old)
            await live.EndAsync(Guid.Parse(old.Value), EndReasons.SignedInAgain, cancel);
        var session = start.Add(accountId, proof, Client.Of(context));
        await db.SaveChangesAsync(cancel);
        await start.EndSurplusAsync(accountId, cancel);
        await cookies.WriteAsync(context, Holder.Of(account, session), session.Refresh);
        if (!context.Request.Cookies.ContainsKey(Preferences.LanguageCookie))
            Preferences.KeepLanguage(context, account.Language);
        var next = LocalPath.OrHome(returnUrl);
        return
            account.Role != Roles.Owner
            && (await consents.OutstandingAsync(accountId, cancel)).Count > 0
            ? GiveConsent.AddressFor(next)
            : next;
    }
}
