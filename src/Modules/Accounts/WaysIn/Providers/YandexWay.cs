using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>
/// Yandex ID: OAuth 2.0 with a page of facts about the person (https://yandex.ru/dev/id/doc/). There is no nonce; the code is bound to this
/// browser by PKCE, the token to us by the client it names. Its addresses may be foreign ones, and prove nothing.
/// </summary>
internal sealed class YandexWay(ProviderCalls calls, IOptions<SignInOptions> options) : IWayIn
{
    private const int LongestId = 64;
    private readonly YandexOptions settings = options.Value.Yandex;

    public string Provider => "yandex";
    public string Name => "Yandex";
    public bool IsOn => settings.Enabled;
    public string? Issuer => null;

    public string AddressOf(Attempt attempt) =>
        settings.AuthorizeUrl
        + QueryString.Create(
            new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = settings.ClientId,
                ["redirect_uri"] = attempt.RedirectUri,
                ["scope"] = "login:email login:info",
                ["state"] = attempt.State,
                ["code_challenge"] = attempt.Challenge,
                ["code_challenge_method"] = "S256",
                ["force_confirm"] = "yes",
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
        if (answer.Text("access_token") is not { Length: > 0 } token || !IsHeaderSafe(token))
            return Wrong;
        var asked = await calls.GetAsync(
            this,
            settings.UserInfoUrl,
            new AuthenticationHeaderValue("OAuth", token),
            cancel
        );
        if (!asked.Succeeded(out var person, out problem))
            return problem;
        if (
            person.Text("client_id") != settings.ClientId
            || person.Text("id") is not { Length: > 0 and <= LongestId } id
            || !id.All(char.IsAsciiDigit)
        )
            return Wrong;
        var login = person.Text("login") ?? id;
        return new ExternalPerson(
            Provider,
            id,
            ExternalPerson.Shorten(login),
            ExternalPerson.Shorten(person.Text("real_name") ?? person.Text("display_name")),
            EmailAddress.TryParse(person.Text("default_email"), out var email)
                ? email.Display
                : null
        );
    }

    private static bool IsHeaderSafe(string token) =>
        token.All(letter => letter is > ' ' and < (char)127);

    private Problem Wrong => new(ProblemKind.Invalid, "ways.answer_wrong", Name);
}
