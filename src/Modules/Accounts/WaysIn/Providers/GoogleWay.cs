using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>Google by OpenID Connect (https://developers.google.com/identity/openid-connect/openid-connect).</summary>
internal sealed class GoogleWay(
    ProviderCalls calls,
    IdTokens tokens,
    IOptions<SignInOptions> options
) : IWayIn
{
    private readonly GoogleOptions settings = options.Value.Google;

    public string Provider => "google";
    public string Name => "Google";
    public bool IsOn => settings.Enabled;
    public string? Issuer => settings.Issuer;

    public string AddressOf(Attempt attempt) =>
        settings.AuthorizeUrl
        + QueryString.Create(
            new Dictionary<string, string?>
            {
                ["client_id"] = settings.ClientId,
                ["redirect_uri"] = attempt.RedirectUri,
                ["response_type"] = "code",
                ["scope"] = "openid email profile",
                ["state"] = attempt.State,
                ["nonce"] = attempt.Nonce,
                ["code_challenge"] = attempt.Challenge,
                ["code_challenge_method"] = "S256",
                ["prompt"] = "select_account",
            }
        );

    public async Task<Outcome<ExternalPerson>> RedeemAsync(
        Attempt attempt,
        string code,
        CancellationToken cancel
    )
    {
        var redeemed = await calls.RedeemAsync(this, settings, attempt, code, cancel);
        if (!redeemed.Succeeded(out var answer, out var problem))
            return problem;
        var token = answer.Text("id_token");
        var read = await tokens.ReadAsync(this, settings, token, attempt.Nonce, cancel);
        return read.Succeeded(out var claims, out problem) ? PersonOf(claims) : problem;
    }

    private Outcome<ExternalPerson> PersonOf(JsonElement claims)
    {
        if (
            !EmailAddress.TryParse(claims.Text("email"), out var email)
            || !claims.TryGetProperty("email_verified", out var verified)
            || verified.ValueKind != JsonValueKind.True
        )
            return new Problem(ProblemKind.Invalid, "ways.email_unproven", Name);
        return new ExternalPerson(
            Provider,
            claims.Text("sub")!,
            email.Display,
            ExternalPerson.Shorten(claims.Text("name")),
            email.Display,
            // Only of its own mailboxes and of organisations it serves does Google know who reads them today.
            email.Domain == "gmail.com"
                || claims.Text("hd") is { Length: > 0 },
            claims.Text("locale")
        );
    }
}
