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
        var cookies = context.Response.Cookies;
        cookies.Append(Access, await tokens.WriteAsync(holder), Options(AccessTokenCodec.Lifetime));
        cookies.Append(Refresh, refresh.ToCookie(), Options(SessionTerms.Idle));
    }

    /// <summary>What pages know of the person has changed: a new access token says so; the refresh token stays.</summary>
    public async Task RenewAccessAsync(HttpContext context, Holder holder) =>
        context.Response.Cookies.Append(
            Access,
            await tokens.WriteAsync(holder),
            Options(AccessTokenCodec.Lifetime)
        );

    public static void Clear(HttpContext context)
    {
        context.Response.Cookies.Delete(Access, Options(maxAge: null));
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
