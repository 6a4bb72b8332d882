using Microsoft.AspNetCore.Http;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// The two cookies of a session. Secure always: browsers treat localhost as trustworthy, and anything else without TLS has no
/// business to sign people in.
/// </summary>
internal sealed class SessionCookies(AccessTokens tokens)
{
    public const string Access = "__Host-nr-at";
    public const string Refresh = "__Host-nr-rt";

    public async Task WriteAsync(HttpContext context, Holder holder, RefreshSecret refresh)
    {
        await RenewAccessAsync(context, holder);
        context.Response.Cookies.Append(Refresh, refresh.ToCookie(), Options(SessionTerms.Idle));
    }

    /// <summary>The next request gets a new access token, which says what has changed.</summary>
    public static void ForgetAccess(HttpContext context) =>
        context.Response.Cookies.Delete(Access, Options(maxAge: null));

    /// <summary>The same session, of which something else is to be said.</summary>
    public async Task RenewAccessAsync(HttpContext context, Holder holder) =>
        context.Response.Cookies.Append(
            Access,
            await tokens.WriteAsync(holder),
            Options(AccessTokenCodec.Lifetime)
        );

    public static void Clear(HttpContext context)
    {
        ForgetAccess(context);
        context.Response.Cookies.Delete(Refresh, Options(maxAge: null));
    }

    private static CookieOptions Options(TimeSpan? maxAge) =>
        new()
        {
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = maxAge,
            IsEssential = true,
        };
}
