using Microsoft.AspNetCore.Http;

namespace NetRoom.Kernel.Ui;

/// <summary>A word of success that survives the redirect after a form: "saved", shown once as a toast.</summary>
public static class Notice
{
    private const string Cookie = "nr-notice";

    /// <summary><paramref name="key"/> is a key of KernelText.</summary>
    public static void Leave(HttpContext context, string key) =>
        context.Response.Cookies.Append(
            Cookie,
            Uri.EscapeDataString(key),
            new CookieOptions
            {
                MaxAge = TimeSpan.FromMinutes(1),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
            }
        );

    internal static string? Take(HttpContext context)
    {
        if (
            context.Request.Cookies[Cookie] is not { Length: > 0 and < 100 } key
            || context.Response.HasStarted
        )
            return null;
        context.Response.Cookies.Delete(Cookie);
        return Uri.UnescapeDataString(key);
    }
}
