using Microsoft.AspNetCore.Http;

namespace NetRoom.Accounts.Sessions;

/// <summary>Writes into the session of a request what its person has just shown.</summary>
internal sealed class SessionProof(LiveSessions live, SessionCookies cookies)
{
    /// <param name="secondFactor">Whether a second factor was shown; the session keeps that until its end.</param>
    public async Task ShownAsync(HttpContext context, bool secondFactor, CancellationToken cancel)
    {
        var holder = Holder.Of(context.User);
        await live.ProveAsync(holder.SessionId, secondFactor, cancel);
        if (secondFactor && !holder.SecondFactor)
            await cookies.RenewAccessAsync(context, holder with { SecondFactor = true });
    }

    /// <summary>The account has no second factor any more.</summary>
    public Task ForgottenAsync(HttpContext context) =>
        cookies.RenewAccessAsync(context, Holder.Of(context.User) with { SecondFactor = false });
}
