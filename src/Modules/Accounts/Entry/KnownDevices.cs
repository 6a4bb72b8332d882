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
    private static readonly object NewDevice = new();
    private const int MostAccounts = 5;
    private const int HashLength = 12;
    private static readonly TimeSpan Term = TimeSpan.FromDays(180);
    private readonly ITimeLimitedDataProtector protector = protection
        .CreateProtector("NetRoom.Accounts.KnownDevice")
        .ToTimeLimitedDataProtector();

    /// <summary>The device's id when this account has signed in on it before.</summary>
    public Guid? Find(HttpContext context, EmailAddress email) =>
        Read(context) is { } device && device.Accounts.Contains(Hash(email)) ? device.Id : null;

    /// <summary>This browser's id, given to it now if it has none; <see cref="Remember"/> keeps it.</summary>
    public Guid IdOf(HttpContext context)
    {
        if (context.Items[NewDevice] is not Guid id)
            context.Items[NewDevice] = id = Read(context)?.Id ?? Ids.New();
        return id;
    }

    public void Remember(HttpContext context, EmailAddress email)
    {
        var device = Read(context) ?? new Device(IdOf(context), []);
        string[] accounts =
        [
            Hash(email),
            .. device.Accounts.Where(account => account != Hash(email)).Take(MostAccounts - 1),
        ];
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

    private static string Hash(EmailAddress email) =>
        Base64Url.EncodeToString(
            SHA256.HashData(Encoding.UTF8.GetBytes(email.Key)).AsSpan(0, HashLength)
        );

    private sealed record Device(Guid Id, string[] Accounts);
}
