using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.WaysIn;

/// <summary>
/// Somebody has come whom a provider knows. By the provider's id alone it is decided who they are here: an equal address joins nothing.
/// </summary>
internal sealed class Arrival(
    NetRoomDb db,
    Admission admission,
    PendingSignUps pending,
    LiveSessions live,
    SecondFactors factors,
    ICurrentAccount me
)
{
    public Task<Identity?> FindAsync(ExternalPerson person, CancellationToken cancel) =>
        db.Set<Identity>()
            .FirstOrDefaultAsync(
                row => row.Provider == person.Provider && row.Subject == person.Subject,
                cancel
            );

    /// <summary>Signs in, or leads a newcomer to the page that completes the sign-up. Answers where to go.</summary>
    public async Task<Outcome<string>> WelcomeAsync(
        HttpContext context,
        ExternalPerson person,
        string? returnUrl,
        CancellationToken cancel
    )
    {
        if (await FindAsync(person, cancel) is { } known)
        {
            var entered = await admission.EnterAsync(
                context,
                known.AccountId,
                new Proof(person.Provider),
                returnUrl,
                cancel
            );
            if (known.Label != person.Label)
                await db.Set<Identity>()
                    .Where(row => row.Id == known.Id)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(it => it.Label, person.Label),
                        cancel
                    );
            return entered;
        }

        pending.Keep(context, person, returnUrl);
        if (
            !context.Request.Cookies.ContainsKey(Preferences.LanguageCookie)
            && person.Language?.Split('-')[0] is { } language
            && Languages.All.Contains(language)
        )
            Preferences.KeepLanguage(context, language);
        return CompleteSignUp.Address;
    }

    /// <summary>Problem: ways.other_identity.</summary>
    public async Task<Outcome<string>> ProveAgainAsync(
        Guid session,
        ExternalPerson person,
        string? returnUrl,
        CancellationToken cancel
    )
    {
        if ((await FindAsync(person, cancel))?.AccountId != me.Id)
            return new Problem(ProblemKind.Invalid, "ways.other_identity", person.Label);
        await ProveAsync(session, cancel);
        return LocalPath.OrHome(returnUrl);
    }

    /// <summary>Whoever has a second factor shows that; a way in alone proves nothing then.</summary>
    public async Task ProveAsync(Guid session, CancellationToken cancel)
    {
        if (!(await factors.StateAsync(me.Id, cancel)).Any)
            await live.ProveAsync(session, secondFactor: false, cancel);
    }
}
