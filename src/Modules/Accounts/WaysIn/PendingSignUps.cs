using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace NetRoom.Accounts.WaysIn;

/// <summary>A newcomer whom a provider knows and who has agreed to nothing yet.</summary>
internal sealed record PendingSignUp(ExternalPerson Person, string? ReturnUrl, DateTimeOffset At);

/// <summary>Keeps it in a sealed cookie of this browser for half an hour; the database knows nothing of the person until they agree.</summary>
internal sealed class PendingSignUps(IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Cookie = "__Host-nr-new";
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(30);
    private readonly IDataProtector protector = protection.CreateProtector(
        "NetRoom.Accounts.PendingSignUp"
    );

    public void Keep(HttpContext context, ExternalPerson person, string? returnUrl) =>
        context.Response.Cookies.Append(
            Cookie,
            protector.Protect(
                JsonSerializer.Serialize(new PendingSignUp(person, returnUrl, clock.GetUtcNow()))
            ),
            Options(Term)
        );

    public PendingSignUp? Find(HttpContext context)
    {
        try
        {
            return
                context.Request.Cookies[Cookie] is { } cookie
                && JsonSerializer.Deserialize<PendingSignUp>(protector.Unprotect(cookie))
                    is { } found
                && clock.GetUtcNow() - found.At <= Term
                ? found
                : null;
        }
        catch (Exception broken) when (broken is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public static void Forget(HttpContext context) =>
        context.Response.Cookies.Delete(Cookie, Options(null));

    private static CookieOptions Options(TimeSpan? term) =>
        new()
        {
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = term,
            IsEssential = true,
        };
}
