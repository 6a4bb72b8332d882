using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Entry;

/// <summary>
/// Remembers in a sealed cookie which accounts have signed in on this device, so that strangers who guess at an account do not make
/// its owner wait. The cookie holds hashes, no addresses.
/// </summary>
internal sealed class KnownDevices(IDataProtectionProvider protection)
{
    private const string Cookie = "__Host-nr-kd";
    private const int MostHashes = 10;
    private static readonly object NewDevice = new();
    private const int HashLength = 12;
    private static readonly TimeSpan Term = TimeSpan.FromDays(180);
    private readonly ITimeLimitedDataProtector protector = protection
        .CreateProtector("NetRoom.Accounts.KnownDevice")
        .ToTimeLimitedDataProtector();

    /// <summary>The device's id when this account has signed in on it before.</summary>
    public Guid? Find(HttpContext context, EmailAddress email) => Find(context, Hash(email.Key));

    /// <inheritdoc cref="Find(HttpContext, EmailAddress)"/>
    public Guid? Find(HttpContext context, Guid accountId) => Find(context, Hash($"{accountId}"));

    /// <summary>This browser's id, given to it now if it has none; <see cref="Remember"/> keeps it.</summary>
    public Guid IdOf(HttpContext context)
    {
        if (context.Items[NewDevice] is not Guid id)
            context.Items[NewDevice] = id = Read(context)?.Id ?? Ids.New();
        return id;
    }

    /// <summary>Only after all that the account asks for was shown: whoever knows but the password is no known device.</summary>
    /// <param name="email">What this account signs in by, if it does.</param>
    public void Remember(HttpContext context, Guid accountId, string? email)
    {
        string[] hashes = EmailAddress.TryParse(email, out var address)
            ? [Hash($"{accountId}"), Hash(address.Key)]
            : [Hash($"{accountId}")];
        var device = Read(context) ?? new Device(IdOf(context), []);
        string[] accounts = [.. hashes.Concat(device.Accounts).Distinct().Take(MostHashes)];
        var json = JsonSerializer.Serialize(device with { Accounts = accounts });
        context.Response.Cookies.Append(
            Cookie,
            protector.Protect(json, Term),
            new CookieOptions
            {
                Secure = true,
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Path = "/",
                MaxAge = Term,
                IsEssential = true,
            }
        );
    }

    private Guid? Find(HttpContext context, string name) =>
        Read(context) is { } device && device.Accounts.Contains(name) ? device.Id : null;

    private Device? Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[Cookie] is { } cookie
                ? JsonSerializer.Deserialize<Device>(protector.Unprotect(cookie))
                : null;
        }
        catch (Exception broken) when (broken is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static string Hash(string name) =>
        Base64Url.EncodeToString(
            SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashLength)
        );

    private sealed record Device(Guid Id, string[] Accounts);
}
