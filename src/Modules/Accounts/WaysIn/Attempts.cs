using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.WaysIn;

/// <summary>What a round trip to a provider is for.</summary>
internal enum Purpose
{
    Enter,
    Link,
    ProveAgain,
}

/// <summary>One round trip to a provider, known to this browser alone.</summary>
/// <param name="Session">Whose it is, where it acts for somebody signed in.</param>
internal sealed record Attempt(
    string State,
    string Provider,
    Purpose Purpose,
    string Nonce,
    string Verifier,
    string RedirectUri,
    string? ReturnUrl,
    Guid? Session,
    DateTimeOffset At
)
{
    /// <summary>PKCE S256 (RFC 7636).</summary>
    public string Challenge =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>
/// Keeps each attempt in a sealed cookie of its own for ten minutes. It is taken once: the cookie goes, and the database remembers the
/// state, so that a copy of the cookie is worth nothing either.
/// </summary>
internal sealed class Attempts(
    IDataProtectionProvider protection,
    UsedProofs used,
    IConfiguration configuration,
    TimeProvider clock
)
{
    private const string CookiePrefix = "__Host-nr-w-";
    private const int NameLength = 8;
    private const int StateLength = 22;
    private const int LongestReturn = 1000;
    private const int MostAtOnce = 5;
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(10);
    private readonly IDataProtector protector = protection.CreateProtector(
        "NetRoom.Accounts.WayInAttempt"
    );

    public Attempt Begin(HttpContext context, IWayIn way, Purpose purpose, string? returnUrl)
    {
        var session = context.User.FindFirst(SessionClaims.Session)?.Value;
        var attempt = new Attempt(
            Token(16),
            way.Provider,
            purpose,
            Token(16),
            Token(32),
            RedirectUri(context.Request, way),
            LocalPath.IsLocal(returnUrl) && returnUrl!.Length <= LongestReturn ? returnUrl : null,
            purpose == Purpose.Enter || session is null ? null : Guid.Parse(session),
            clock.GetUtcNow()
        );
        var others = context
            .Request.Cookies.Keys.Where(name =>
                name.StartsWith(CookiePrefix, StringComparison.Ordinal)
            )
            .ToList();
        if (others.Count >= MostAtOnce)
            foreach (var name in others)
                context.Response.Cookies.Delete(name, Options());
        context.Response.Cookies.Append(
            NameOf(attempt.State),
            protector.Protect(JsonSerializer.Serialize(attempt)),
            Options(Term)
        );
        return attempt;
    }

    /// <summary>Problem: ways.attempt_unknown (another browser's, another provider's, too old, or taken before).</summary>
    public async Task<Outcome<Attempt>> TakeAsync(
        HttpContext context,
        IWayIn way,
        string? state,
        CancellationToken cancel
    )
    {
        if (
            state is not { Length: StateLength }
            || !Base64Url.IsValid(state)
            || Read(context.Request.Cookies[NameOf(state)]) is not { } attempt
        )
            return Unknown;
        context.Response.Cookies.Delete(NameOf(state), Options());
        return
            attempt.Provider == way.Provider
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(attempt.State),
                Encoding.ASCII.GetBytes(state)
            )
            && clock.GetUtcNow() - attempt.At <= Term
            && await used.TakeAsync("state " + state, cancel)
            ? attempt
            : Unknown;
    }

    private Attempt? Read(string? cookie)
    {
        try
        {
            return cookie is null
                ? null
                : JsonSerializer.Deserialize<Attempt>(protector.Unprotect(cookie));
        }
        catch (Exception broken) when (broken is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>One fixed address for each provider, so that a code of one cannot be brought to another's (mix-up).</summary>
    private string RedirectUri(HttpRequest request, IWayIn way) =>
        (
            configuration["Site:Address"]?.TrimEnd('/') is { Length: > 0 } site
                ? site
                : $"{request.Scheme}://{request.Host}"
        ) + FinishWayIn.AddressOf(way.Provider);

    private static Problem Unknown => new(ProblemKind.Invalid, "ways.attempt_unknown");

    private static string Token(int bytes) =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private static string NameOf(string state) => CookiePrefix + state[..NameLength];

    private static CookieOptions Options(TimeSpan? term = null) =>
        new()
        {
            Secure = true,
            HttpOnly = true,
            // The provider sends the browser back by a link.
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = term,
            IsEssential = true,
        };
}
