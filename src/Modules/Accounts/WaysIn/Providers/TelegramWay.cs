using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.WaysIn.Telegram;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>
/// "Log In With Telegram" by OpenID Connect (https://core.telegram.org/bots/telegram-login). The person is the claim id, the same number
/// that the Mini App and the widget tell.
/// </summary>
internal sealed class TelegramWay(
    ProviderCalls calls,
    IdTokens tokens,
    IOptions<SignInOptions> options
) : IWayIn
{
    private readonly TelegramOptions settings = options.Value.Telegram;

    public string Provider => TelegramUser.Provider;
    public string Name => "Telegram";
    public bool IsOn => settings is { Enabled: true, HasClient: true };
    public string? Issuer => settings.Issuer;

    public string AddressOf(Attempt attempt) =>
        settings.AuthorizeUrl
        + QueryString.Create(
            new Dictionary<string, string?>
            {
                ["client_id"] = settings.ClientId,
                ["redirect_uri"] = attempt.RedirectUri,
                ["response_type"] = "code",
                ["scope"] = "openid profile",
                ["state"] = attempt.State,
                ["nonce"] = attempt.Nonce,
                ["code_challenge"] = attempt.Challenge,
                ["code_challenge_method"] = "S256",
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
        if (!read.Succeeded(out var claims, out problem))
            return problem;
        var id =
            claims.Number("id")
            ?? (
                long.TryParse(
                    claims.Text("id"),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var written
                )
                    ? written
                    : 0
            );
        return id > 0
            ? new TelegramUser(
                id,
                claims.Text("name") ?? "",
                claims.Text("preferred_username"),
                null
            ).ToPerson()
            : new Problem(ProblemKind.Invalid, "ways.answer_wrong", Name);
    }
}
