using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>
/// Checks the ID token of an OpenID provider (OpenID Connect Core 3.1.3.7): RS256 and nothing else, a key of the provider's published
/// set, issuer, audience, times and nonce.
/// </summary>
internal sealed class IdTokens(ProviderKeys keys, TimeProvider clock)
{
    private const int Longest = 16 * 1024;
    private const int LongestSubject = 255;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>The claims. Problems: ways.answer_wrong, ways.provider_down.</summary>
    public async Task<Outcome<JsonElement>> ReadAsync(
        IWayIn way,
        OpenIdOptions settings,
        string? token,
        string nonce,
        CancellationToken cancel
    )
    {
        var wrong = new Problem(ProblemKind.Invalid, "ways.answer_wrong", way.Name);
        if (
            token is not { Length: > 0 and <= Longest }
            || token.Split('.') is not [var head, var body, var signature]
            || Json(head) is not { } header
            || header.Text("alg") != "RS256"
            || header.TryGetProperty("crit", out _)
            || header.Text("kid") is not { Length: > 0 } kid
            || Bytes(signature) is not { } signed
        )
            return wrong;
        var found = await keys.FindAsync(way, settings.KeysUrl, kid, cancel);
        if (!found.Succeeded(out var key, out var problem))
            return problem;
        using var rsa = RSA.Create(key);
        return
            rsa.VerifyData(
                Encoding.ASCII.GetBytes($"{head}.{body}"),
                signed,
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
            && Json(body) is { } claims
            && IsFor(claims, settings, nonce)
            ? claims
            : wrong;
    }

    private bool IsFor(JsonElement claims, OpenIdOptions settings, string nonce)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)Skew.TotalSeconds;
        // Google writes its name with the scheme and without.
        var bare = settings.Issuer.Replace("https://", "", StringComparison.Ordinal);
        return claims.Text("iss") is { } issuer
            && (issuer == settings.Issuer || issuer == bare)
            && IsAudience(claims, settings.ClientId)
            && claims.Number("exp") > now - skew
            && claims.Number("iat") <= now + skew
            && claims.Text("sub") is { Length: > 0 and <= LongestSubject }
            && claims.Text("nonce") is { } told
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(told),
                Encoding.UTF8.GetBytes(nonce)
            );
    }

    private static bool IsAudience(JsonElement claims, string clientId)
    {
        if (!claims.TryGetProperty("aud", out var audience))
            return false;
        var isAlone = audience.ValueKind == JsonValueKind.String;
        if (
            !isAlone
            && (
                audience.ValueKind != JsonValueKind.Array
                || !audience
                    .EnumerateArray()
                    .Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(clientId))
            )
        )
            return false;
        if (isAlone && !audience.ValueEquals(clientId))
            return false;
        return claims.TryGetProperty("azp", out var party)
            ? party.ValueKind == JsonValueKind.String && party.ValueEquals(clientId)
            : isAlone || audience.GetArrayLength() == 1;
    }

    private static JsonElement? Json(string part)
    {
        try
        {
            if (Bytes(part) is not { } bytes)
                return null;
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string part) =>
        part.Length > 0 && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;
}
