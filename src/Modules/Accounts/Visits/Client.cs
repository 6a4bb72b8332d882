using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace NetRoom.Accounts.Visits;

/// <summary>The device at the other end, as far as its User-Agent tells.</summary>
internal sealed record Client(
    string Platform,
    string Device,
    string Os,
    string Browser,
    IPAddress? Ip,
    string UserAgent
)
{
    private const int LongestUserAgent = 400;

    /// <summary>In the order of asking: many name their ancestors too.</summary>
    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("YaBrowser/", "Yandex"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    public static Client Of(HttpContext context)
    {
        var userAgent = context.Request.Headers.UserAgent.ToString();
        return Of(
            userAgent.Length > LongestUserAgent ? userAgent[..LongestUserAgent] : userAgent,
            context.Connection.RemoteIpAddress
        );
    }

    public static Client Of(string userAgent, IPAddress? ip) =>
        new(
            Has(userAgent, "Telegram") ? "telegram" : "web",
            DeviceOf(userAgent),
            First(Systems, userAgent),
            First(Browsers, userAgent),
            ip is { IsIPv4MappedToIPv6: true } ? ip.MapToIPv4() : ip,
            userAgent
        );

    /// <summary>Browser and system for showing, as in "Chrome, Linux"; null if neither is known.</summary>
    public string? Name => NameOf(Browser, Os);

    public static string? NameOf(string browser, string os) =>
        string.Join(", ", new[] { browser, os }.Where(part => part != Unknown))
            is { Length: > 0 } known
            ? known
            : null;

    /// <summary>The /24 of IPv4, the /64 of IPv6: what one household or office usually holds.</summary>
    public string Network => Prefix(bytesOfV4: 3, bytesOfV6: 8);

    /// <summary>
    /// Both at once: another network (/16 of IPv4, /32 of IPv6) and another system or browser. A person who travels keeps the browser, one
    /// who updates it keeps the system and the name.
    /// </summary>
    public bool HasJumpedTo(Client other) =>
        Prefix(bytesOfV4: 2, bytesOfV6: 4) != other.Prefix(bytesOfV4: 2, bytesOfV6: 4)
        && (Os, Browser) != (other.Os, other.Browser);

    private string Prefix(int bytesOfV4, int bytesOfV6)
    {
        if (Ip is null)
            return Unknown;
        var kept = Ip.AddressFamily == AddressFamily.InterNetwork ? bytesOfV4 : bytesOfV6;
        return Convert.ToHexString(Ip.GetAddressBytes(), 0, kept);
    }

    private static string DeviceOf(string userAgent) =>
        userAgent switch
        {
            _ when Has(userAgent, "bot") || Has(userAgent, "spider") || Has(userAgent, "crawler") =>
                "bot",
            _ when Has(userAgent, "iPad") || Has(userAgent, "Tablet") => "tablet",
            _ when Has(userAgent, "Android") && !Has(userAgent, "Mobile") => "tablet",
            _ when Has(userAgent, "Mobile") || Has(userAgent, "iPhone") => "phone",
            _ when First(Systems, userAgent) == Unknown => Unknown,
            _ => "desktop",
        };

    public const string Unknown = "unknown";

    private static string First((string Mark, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(one => Has(userAgent, one.Mark)).Name ?? Unknown;

    private static bool Has(string userAgent, string mark) =>
        userAgent.Contains(mark, StringComparison.OrdinalIgnoreCase);
}
