using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NetRoom.Kernel.Texts;

namespace NetRoom.Kernel.Http;

/// <summary>Language, theme and the like of this browser, kept in cookies that are strictly for that.</summary>
public static class Preferences
{
    public const string LanguageCookie = "nr-lang";
    public const string ThemeCookie = "nr-theme";
    private const string DollarsCookie = "nr-usd";
    private const string OffsetCookie = "nr-tz";
    private static readonly string[] Themes = ["system", "light", "dark"];

    internal static void MapPreferences(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/preferences/language", SetLanguage).AllowAnonymous();
        routes.MapPost("/preferences/theme", SetTheme).AllowAnonymous();
    }

    /// <summary>"light", "dark" or null for the system's choice.</summary>
    public static string? ThemeOf(HttpContext context) =>
        context.Request.Cookies[ThemeCookie] is { } theme
        && theme != "system"
        && Themes.Contains(theme)
            ? theme
            : null;

    /// <summary>Whether this reader wants to see sums in dollars beside those in roubles.</summary>
    public static bool ShowsDollars(HttpContext context) =>
        context.Request.Cookies.ContainsKey(DollarsCookie);

    public static bool KnowsOffset(HttpContext context) =>
        context.Request.Cookies.ContainsKey(OffsetCookie);

    /// <summary>The reader's offset from UTC as its browser told; zero if it did not.</summary>
    public static TimeSpan OffsetOf(HttpContext context) =>
        int.TryParse(
            context.Request.Cookies[OffsetCookie],
            CultureInfo.InvariantCulture,
            out var minutes
        )
        && Math.Abs(minutes) <= 14 * 60
            ? TimeSpan.FromMinutes(minutes)
            : TimeSpan.Zero;

    /// <summary>Remembers the language in this browser.</summary>
    public static void KeepLanguage(HttpContext context, string language) =>
        context.Response.Cookies.Append(
            LanguageCookie,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
            Lasting
        );

    /// <summary>Remembers the theme in this browser: "system", "light" or "dark"; anything else is ignored.</summary>
    public static void KeepTheme(HttpContext context, string? theme)
    {
        if (Themes.Contains(theme))
            context.Response.Cookies.Append(ThemeCookie, theme!, Lasting);
    }

    /// <summary>Remembers in this browser whether sums are shown in dollars too.</summary>
    public static void KeepDollars(HttpContext context, bool shows)
    {
        if (shows)
            context.Response.Cookies.Append(DollarsCookie, "1", Lasting);
        else if (ShowsDollars(context))
            context.Response.Cookies.Delete(DollarsCookie, Lasting);
    }

    private static RedirectHttpResult SetLanguage(
        HttpContext context,
        [FromForm] string language,
        [FromForm] string? back
    )
    {
        if (Languages.All.Contains(language))
            KeepLanguage(context, language);
        return TypedResults.LocalRedirect(LocalPath.OrHome(back));
    }

    private static RedirectHttpResult SetTheme(
        HttpContext context,
        [FromForm] string theme,
        [FromForm] string? back
    )
    {
        KeepTheme(context, theme);
        return TypedResults.LocalRedirect(LocalPath.OrHome(back));
    }

    private static CookieOptions Lasting =>
        new()
        {
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            HttpOnly = true,
            IsEssential = true,
        };
}
