using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NetRoom.Sandbox.SignIn;

/// <summary>Writes ID tokens as Google and Telegram do, and as nobody should.</summary>
internal sealed class SandboxIdTokens(TimeProvider clock) : IDisposable
{
    private const string KeyId = "sandbox-1";
    private readonly RSA key = RSA.Create(2048);
    private readonly RSA stranger = RSA.Create(2048);

    public string Keys()
    {
        var published = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["kid"] = KeyId,
                    ["n"] = Base64Url.EncodeToString(published.Modulus),
                    ["e"] = Base64Url.EncodeToString(published.Exponent),
                }
            ),
        }.ToJsonString();
    }

    public string Write(string issuer, SignInGrant grant)
    {
        var (request, person, fault) = (grant.Request, grant.Person, grant.Fault);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = fault == SignInFaults.WrongIssuer ? "https://accounts.example" : issuer,
            ["aud"] = fault == SignInFaults.WrongAudience ? "another-client" : request.ClientId,
            ["iat"] = fault == SignInFaults.OldToken ? now - 7200 : now,
            ["exp"] = fault == SignInFaults.OldToken ? now - 3600 : now + 3600,
            ["nonce"] = fault == SignInFaults.WrongNonce ? "another nonce" : request.Nonce,
            ["name"] = person.Name,
        };
        if (request.Provider == "google")
        {
            claims["sub"] = "1170" + person.Subject;
            claims["email"] = person.Email;
            claims["email_verified"] = fault != SignInFaults.Unverified;
            claims["given_name"] = person.FirstName;
            claims["family_name"] = person.LastName;
            claims["locale"] = person.Language;
            if (person.HostedDomain.Length > 0)
                claims["hd"] = person.HostedDomain;
        }
        else
        {
            claims["sub"] = "tg" + person.Subject;
            claims["id"] = person.Id;
            claims["preferred_username"] = person.Login;
        }

        return Sign(claims, fault, SandboxClients.SecretOf(request.Provider));
    }

    public void Dispose()
    {
        key.Dispose();
        stranger.Dispose();
    }

    private string Sign(JsonObject claims, string fault, string secret)
    {
        var algorithm = fault switch
        {
            SignInFaults.Unsigned => "none",
            SignInFaults.SignedBySecret => "HS256",
            _ => "RS256",
        };
        var header = new JsonObject
        {
            ["alg"] = algorithm,
            ["typ"] = "JWT",
            ["kid"] = fault == SignInFaults.UnknownKey ? "sandbox-9" : KeyId,
        };
        var content = string.Create(
            CultureInfo.InvariantCulture,
            $"{Encode(header)}.{Encode(claims)}"
        );
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature = fault switch
        {
            SignInFaults.Unsigned => [],
            SignInFaults.SignedBySecret => HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(secret),
                bytes
            ),
            SignInFaults.BadSignature => Rs256(stranger, bytes),
            _ => Rs256(key, bytes),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static byte[] Rs256(RSA key, byte[] content) =>
        key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
