using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts.Cookies;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.Visits;

/// <summary>A first visit: when, by what, and where from: the landing page, the referrer and the five UTM tags.</summary>
internal sealed record VisitOrigin(
    string LandingPage,
    string? Referrer,
    string? Source,
    string? Medium,
    string? Campaign,
    string? Term,
    string? Content,
    DateTimeOffset At,
    string? Ip,
    string UserAgent
)
{
    private const int LongestAddress = 200;
    private const int LongestTag = 80;

    /// <summary>All of it must fit a cookie.</summary>
    private const int LongestUserAgent = 250;

    /// <summary>Whether the visitor brought a tag or came from another site.</summary>
    public bool IsFromElsewhere =>
        (Referrer ?? Source ?? Medium ?? Campaign ?? Term ?? Content) is not null;

    public static VisitOrigin Of(HttpRequest request, DateTimeOffset now)
    {
        var referrer =
            Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var from)
            && from.Scheme is "http" or "https"
            && from.Authority != request.Host.Value
                // Another site's query may hold what is nobody's business.
                ? Cut(from.GetLeftPart(UriPartial.Path), LongestAddress)
                : null;
        var client = Client.Of(request.HttpContext);
        return new VisitOrigin(
            Cut(request.Path.Value, LongestAddress) ?? "/",
            referrer,
            Tag("utm_source"),
            Tag("utm_medium"),
            Tag("utm_campaign"),
            Tag("utm_term"),
            Tag("utm_content"),
            now,
            client.Ip?.ToString(),
            Cut(client.UserAgent, LongestUserAgent) ?? ""
        );

        string? Tag(string name) => Cut(request.Query[name], LongestTag);
    }

    private static string? Cut(string? text, int longest) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length > longest ? text[..longest]
        : text;
}

/// <summary>
/// Keeps the first origin in a sealed cookie until the sign-up records it: 90 days of any first visit for those who allowed it; for the
/// others only of those who came by an advertisement or from another site, and only for the browser's session.
/// </summary>
internal sealed class VisitOrigins(IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Cookie = "nr-from";
    private static readonly TimeSpan Term = TimeSpan.FromDays(90);
    private static readonly JsonSerializerOptions Json = new()
    {
        // Cyrillic tags as they are: escaped they would not fit a cookie.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly ITimeLimitedDataProtector protector = protection
        .CreateProtector("NetRoom.Accounts.VisitOrigin")
        .ToTimeLimitedDataProtector();

    private VisitOrigin? Find(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Cookie] is { } cookie
                ? JsonSerializer.Deserialize<VisitOrigin>(protector.Unprotect(cookie), Json)
                : null;
        }
        catch (Exception broken)
            when (broken is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What is recorded at a sign-up.</summary>
    public Attribution ToAttribution(
        HttpContext context,
        Client client,
        Guid accountId,
        DateTimeOffset now
    )
    {
        var origin = Find(context);
        var first = origin is null
            ? null
            : Client.Of(origin.UserAgent, origin.Ip is null ? null : IPAddress.Parse(origin.Ip));
        return new Attribution
        {
            AccountId = accountId,
            LandingPage = origin?.LandingPage,
            Referrer = origin?.Referrer,
            UtmSource = origin?.Source,
            UtmMedium = origin?.Medium,
            UtmCampaign = origin?.Campaign,
            UtmTerm = origin?.Term,
            UtmContent = origin?.Content,
            Platform = client.Platform,
            Device = client.Device,
            Os = client.Os,
            Browser = client.Browser,
            Ip = client.Ip,
            UserAgent = client.UserAgent,
            CreatedAt = now,
            FirstVisitAt = origin?.At,
            FirstPlatform = first?.Platform,
            FirstDevice = first?.Device,
            FirstOs = first?.Os,
            FirstBrowser = first?.Browser,
            FirstIp = first?.Ip,
            FirstUserAgent = first?.UserAgent,
        };
    }

    public static void Forget(HttpContext context) =>
        context.Response.Cookies.Delete(Cookie, Options(isLasting: false));

    /// <summary>The visitor has chosen: what this visit has left is kept longer, or for this visit only.</summary>
    public static void Chosen(HttpContext context, bool mayLast)
    {
        if (context.Request.Cookies[Cookie] is not { } cookie)
            return;
        if (!mayLast && CookieChoice.Of(context) == CookieChoice.All)
            Forget(context);
        else
            context.Response.Cookies.Append(Cookie, cookie, Options(mayLast));
    }

    public void Keep(HttpContext context)
    {
        var request = context.Request;
        if (
            !HttpMethods.IsGet(request.Method)
            || !request.WantsPage()
            || request.IsFragment()
            || request.Cookies.ContainsKey(Cookie)
            || request.Cookies.ContainsKey(SessionCookies.Refresh)
        )
            return;
        var mayLast = CookieChoice.Of(context) == CookieChoice.All;
        var origin = VisitOrigin.Of(request, clock.GetUtcNow());
        if (!mayLast && !origin.IsFromElsewhere)
            return;
        var cookie = protector.Protect(JsonSerializer.Serialize(origin, Json), Term);
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
                context.Response.Cookies.Append(Cookie, cookie, Options(mayLast));
            return Task.CompletedTask;
        });
    }

    private static CookieOptions Options(bool isLasting) =>
        new()
        {
            MaxAge = isLasting ? Term : null,
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
        };

    /// <summary>Looks at a visit before the language's prefix is taken off its address.</summary>
    internal sealed class Filter(VisitOrigins origins) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, go) =>
                    {
                        origins.Keep(context);
                        return go(context);
                    }
                );
                next(app);
            };
    }
}
