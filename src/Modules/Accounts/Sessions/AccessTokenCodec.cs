using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Sessions;

/// <summary>A key of access tokens; its id travels in the header, so that keys may rotate.</summary>
internal sealed record SigningKey(string Id, byte[] Secret);

/// <summary>
/// Access tokens: JWT (RFC 7519, RFC 9068) with one algorithm, HMAC-SHA256, and one shape of header. Anything else is not a token.
/// </summary>
internal sealed class AccessTokenCodec(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    public const int LongestToken = 3_000;
    private const string Issuer = "netroom";
    private const string Audience = "netroom-web";
    private const string HeaderStart = "{\"alg\":\"HS256\",\"kid\":\"";
    private const string HeaderEnd = "\",\"typ\":\"at+jwt\"}";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Strict = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public string Write(Holder holder, SigningKey key)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = new Payload(
            Issuer,
            Audience,
            holder.AccountId,
            holder.SessionId,
            Ids.New(),
            now,
            now + (long)Lifetime.TotalSeconds,
            holder.Label,
            holder.Language,
            holder.IsAdult,
            holder.Role,
            holder.SecondFactor
        );
        var signed =
            $"{Encode(Header(key.Id))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(payload, Strict))}";
        return $"{signed}.{Encode(Sign(signed, key))}";
    }

    /// <summary>Null for whatever is not a token of ours, good at this moment.</summary>
    public AccessToken? Read(string token, Func<string, SigningKey?> keyOf)
    {
        if (
            token.Length > LongestToken
            || token.Split('.') is not [var head, var body, var tail]
            || Decode(head) is not { } header
            || Decode(body) is not { } json
            || Decode(tail) is not { } signature
            || KeyId(header) is not { } keyId
            || keyOf(keyId) is not { } key
            || !CryptographicOperations.FixedTimeEquals(Sign($"{head}.{body}", key), signature)
        )
            return null;
        return Parse(json) is { } payload && IsGood(payload)
            ? new AccessToken(
                new Holder(
                    payload.Sub,
                    payload.Sid,
                    payload.Name,
                    payload.Language,
                    payload.Adult,
                    payload.Role,
                    payload.Mfa
                ),
                DateTimeOffset.FromUnixTimeSeconds(payload.Exp)
            )
            : null;
    }

    /// <summary>The id of the key that a token names, before anything in it is believed.</summary>
    public static string? KeyIdOf(string token) =>
        token.Length <= LongestToken && Decode(token.Split('.')[0]) is { } header
            ? KeyId(header)
            : null;

    private bool IsGood(Payload payload)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return payload.Iss == Issuer
            && payload.Aud == Audience
            && payload.Exp > now
            && payload.Iat <= now + (long)ClockSkew.TotalSeconds
            && payload.Exp - payload.Iat == (long)Lifetime.TotalSeconds;
    }

    private static byte[] Sign(string signed, SigningKey key) =>
        HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes(signed));

    private static byte[] Header(string keyId) =>
        Encoding.UTF8.GetBytes(HeaderStart + keyId + HeaderEnd);

    private static string? KeyId(byte[] header)
    {
        var text = Encoding.UTF8.GetString(header);
        return
            text.StartsWith(HeaderStart, StringComparison.Ordinal)
            && text.EndsWith(HeaderEnd, StringComparison.Ordinal)
            && text.Length > HeaderStart.Length + HeaderEnd.Length
            ? text[HeaderStart.Length..^HeaderEnd.Length]
            : null;
    }

    private static Payload? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<Payload>(json, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Only the one spelling of these bytes: no padding, no spaces, no loose last bits.</summary>
    private static byte[]? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return Encode(bytes) == text ? bytes : null;
    }

    private sealed record Payload(
        [property: JsonPropertyName("iss")] string Iss,
        [property: JsonPropertyName("aud")] string Aud,
        [property: JsonPropertyName("sub")] Guid Sub,
        [property: JsonPropertyName("sid")] Guid Sid,
        [property: JsonPropertyName("jti")] Guid Jti,
        [property: JsonPropertyName("iat")] long Iat,
        [property: JsonPropertyName("exp")] long Exp,
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("language")] string Language,
        [property: JsonPropertyName("adult")] bool Adult,
        [property: JsonPropertyName("role")] string Role,
        [property: JsonPropertyName("mfa")] bool Mfa
    );
}
