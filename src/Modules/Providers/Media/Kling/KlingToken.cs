using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NetRoom.Providers.Media.Kling;

/// <summary>The bearer of Kling: a JWT of half an hour, signed with the secret half of "access:secret".</summary>
internal static class KlingToken
{
    private const int LifeSeconds = 1_800;
    private const int ClockSkewSeconds = 5;

    /// <summary>A key without a colon is a plain one, as newer accounts have it.</summary>
    public static string? Of(string? key, DateTimeOffset now)
    {
        if (key?.Split(':', 2) is not [var access, var secret])
            return key;
        var seconds = now.ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new KlingHeader("HS256", "JWT"),
            KlingJson.Wire.KlingHeader
        );
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new KlingClaims(access, seconds + LifeSeconds, seconds - ClockSkewSeconds),
            KlingJson.Wire.KlingClaims
        );
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes(signed)
        );
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
