using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace NetRoom.Kernel.Http;

/// <summary>Sites that may show ours in a frame, as sources of a Content-Security-Policy ("https://*.telegram.org").</summary>
public sealed class EmbeddingOptions
{
    public IList<string> Sites { get; } = [];
}

/// <summary>
/// The site inside another site's frame. A page that is opened there begins the mode; a partitioned cookie, which browsers keep for that
/// frame alone, carries it on. In the mode pages may be framed by the named sites, and cookies are SameSite=None and Partitioned;
/// elsewhere pages cannot be framed and cookies stay as they are.
/// </summary>
public static class EmbeddedMode
{
    private const string Cookie = "__Host-nr-em";
    private static readonly TimeSpan Term = TimeSpan.FromDays(30);
    private static readonly object Begun = new();

    public static bool IsOn(HttpContext context) =>
        context.Items.ContainsKey(Begun) || context.Request.Cookies.ContainsKey(Cookie);

    /// <summary>
    /// Lets this page be framed. Only where the browser says that it is in a frame, what follows is in the mode: the same page opened
    /// in a tab must not loosen the cookies there.
    /// </summary>
    public static void Begin(HttpContext context)
    {
        SecurityHeaders.AllowFraming(context);
        if (context.Request.Headers["Sec-Fetch-Dest"] != "iframe")
            return;
        context.Items[Begun] = true;
        context.Response.Cookies.Append(
            Cookie,
            "1",
            new CookieOptions
            {
                Secure = true,
                HttpOnly = true,
                Path = "/",
                MaxAge = Term,
                IsEssential = true,
            }
        );
    }

    internal static string AncestorsOf(HttpContext context) =>
        string.Join(
            ' ',
            context
                .RequestServices.GetRequiredService<IOptions<EmbeddingOptions>>()
                .Value.Sites.DefaultIfEmpty("'none'")
        );

    internal static void Loosen(CookiePolicyOptions policy)
    {
        policy.OnAppendCookie = appended => Loosen(appended.Context, appended.CookieOptions);
        policy.OnDeleteCookie = deleted => Loosen(deleted.Context, deleted.CookieOptions);
    }

    private static void Loosen(HttpContext context, CookieOptions cookie)
    {
        if (!IsOn(context))
            return;
        (cookie.SameSite, cookie.Secure) = (SameSiteMode.None, true);
        cookie.Extensions.Add("Partitioned");
    }
}
