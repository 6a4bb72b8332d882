using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace NetRoom.Sandbox.SignIn;

/// <summary>What a client asks of an authorization endpoint.</summary>
internal sealed record SignInRequest(
    string Provider,
    string ClientId,
    string RedirectUri,
    string State,
    string? Nonce,
    string Challenge
)
{
    /// <summary>Null if it is not such a request.</summary>
    public static SignInRequest? Read(string provider, Func<string, string?> value) =>
        value("client_id") == SandboxClients.IdOf(provider)
        && value("redirect_uri") is { } redirect
        && Uri.TryCreate(redirect, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && value("response_type") == "code"
        && value("code_challenge_method") == "S256"
        && value("code_challenge") is { Length: 43 } challenge
        && value("state") is { Length: > 0 } state
        && (provider == "yandex" || value("nonce") is { Length: > 0 })
            ? new(
                provider,
                SandboxClients.IdOf(provider),
                redirect,
                state,
                value("nonce"),
                challenge
            )
            : null;
}

internal static class SandboxClients
{
    public static string IdOf(string provider) => $"sandbox-{provider}";

    public static string SecretOf(string provider) => $"sandbox-{provider}-secret";
}

internal sealed record SignInGrant(
    SignInRequest Request,
    SandboxPerson Person,
    string Fault,
    DateTimeOffset At
);

/// <summary>Codes and access tokens that were given out; a code is taken once.</summary>
internal sealed class SignInGrants(TimeProvider clock)
{
    private static readonly TimeSpan CodeTerm = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, SignInGrant> codes = [];
    private readonly ConcurrentDictionary<string, SignInGrant> tokens = [];

    public string GiveCode(SignInRequest request, SandboxPerson person, string fault)
    {
        var code = RandomNumberGenerator.GetHexString(32, lowercase: true);
        codes[code] = new(request, person, fault, clock.GetUtcNow());
        return code;
    }

    public SignInGrant? TakeCode(string code) =>
        codes.TryRemove(code, out var grant)
        && grant.Fault is not (SignInFaults.ExpiredCode or SignInFaults.UsedCode)
        && clock.GetUtcNow() - grant.At <= CodeTerm
            ? grant
            : null;

    public string GiveToken(SignInGrant grant)
    {
        var token = RandomNumberGenerator.GetHexString(40, lowercase: true);
        tokens[token] = grant;
        return token;
    }

    public SignInGrant? OfToken(string token) => tokens.GetValueOrDefault(token);
}
