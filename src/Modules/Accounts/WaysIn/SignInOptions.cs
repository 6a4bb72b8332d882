using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.WaysIn;

/// <summary>Section "SignIn": which providers people may come by, and what these know us as.</summary>
internal sealed class SignInOptions
{
    public const string Section = "SignIn";

    public GoogleOptions Google { get; } = new();
    public YandexOptions Yandex { get; } = new();
    public TelegramOptions Telegram { get; } = new();

    /// <summary>How long a provider's answer is waited for.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with the settings, if anything.</summary>
    public bool IsWhole =>
        (!Google.Enabled || Google.HasClient)
        && (!Yandex.Enabled || Yandex.HasClient)
        && (!Telegram.Enabled || Telegram.HasClient || Telegram.BotToken.Length > 0);
}

internal abstract class ProviderOptions
{
    public bool Enabled { get; set; }
    public string ClientId { get; set; } = "";
    public string ClientSecret { get; set; } = "";
    public string AuthorizeUrl { get; set; } = "";
    public string TokenUrl { get; set; } = "";

    public bool HasClient => ClientId.Length > 0 && ClientSecret.Length > 0;
}

/// <summary>A provider that speaks OpenID Connect.</summary>
internal abstract class OpenIdOptions : ProviderOptions
{
    public string Issuer { get; set; } = "";
    public string KeysUrl { get; set; } = "";
}

internal sealed class GoogleOptions : OpenIdOptions
{
    public GoogleOptions()
    {
        Issuer = "https://accounts.google.com";
        AuthorizeUrl = "https://accounts.google.com/o/oauth2/v2/auth";
        TokenUrl = "https://oauth2.googleapis.com/token";
        KeysUrl = "https://www.googleapis.com/oauth2/v3/certs";
    }
}

internal sealed class YandexOptions : ProviderOptions
{
    public YandexOptions()
    {
        AuthorizeUrl = "https://oauth.yandex.ru/authorize";
        TokenUrl = "https://oauth.yandex.ru/token";
    }

    public string UserInfoUrl { get; set; } = "https://login.yandex.ru/info?format=json";
}

internal sealed class TelegramOptions : OpenIdOptions
{
    public TelegramOptions()
    {
        Issuer = "https://oauth.telegram.org";
        AuthorizeUrl = "https://oauth.telegram.org/auth";
        TokenUrl = "https://oauth.telegram.org/token";
        KeysUrl = "https://oauth.telegram.org/.well-known/jwks.json";
    }

    /// <summary>Of the bot. It turns the Mini App and the Login Widget on; the button on ordinary pages needs the client.</summary>
    public string BotToken { get; set; } = "";

    /// <summary>Sites that show the Mini App in a frame, divided by spaces.</summary>
    public string FrameSites { get; set; } = "https://web.telegram.org https://*.telegram.org";

    public bool HasBot => Enabled && BotToken.Length > 0;
}

internal static class SignInSettings
{
    public static void AddSignInSettings(this IServiceCollection services)
    {
        services
            .AddOptions<SignInOptions>()
            .Configure<IConfiguration, IHostEnvironment>(
                (options, configuration, environment) =>
                {
                    if (
                        environment.IsDevelopment()
                        && configuration["Sandbox:BaseUrl"] is { Length: > 0 } sandbox
                    )
                        UseSandbox(options, sandbox.TrimEnd('/'));
                    configuration.GetSection(SignInOptions.Section).Bind(options);
                }
            )
            .Validate(
                options => options.IsWhole,
                "SignIn: a provider that is enabled needs its ClientId and ClientSecret (or, for Telegram, its BotToken)."
            )
            .ValidateOnStart();
        services
            .AddOptions<EmbeddingOptions>()
            .Configure<Microsoft.Extensions.Options.IOptions<SignInOptions>>(
                (embedding, options) =>
                {
                    if (!options.Value.Telegram.HasBot)
                        return;
                    foreach (
                        var site in options.Value.Telegram.FrameSites.Split(
                            ' ',
                            StringSplitOptions.RemoveEmptyEntries
                        )
                    )
                        embedding.Sites.Add(site);
                }
            );
    }

    /// <summary>The sandbox plays all three; its clients are these, and no secret.</summary>
    private static void UseSandbox(SignInOptions options, string sandbox)
    {
        foreach (
            var (name, provider) in new (string, ProviderOptions)[]
            {
                ("google", options.Google),
                ("yandex", options.Yandex),
                ("telegram", options.Telegram),
            }
        )
        {
            var at = $"{sandbox}/sign-in/{name}";
            provider.Enabled = true;
            (provider.ClientId, provider.ClientSecret) = (
                $"sandbox-{name}",
                $"sandbox-{name}-secret"
            );
            (provider.AuthorizeUrl, provider.TokenUrl) = ($"{at}/authorize", $"{at}/token");
            if (provider is OpenIdOptions openId)
                (openId.Issuer, openId.KeysUrl) = (at, $"{at}/keys");
        }

        options.Yandex.UserInfoUrl = $"{sandbox}/sign-in/yandex/info?format=json";
        options.Telegram.BotToken = "5310:sandbox-bot-token";
        // A browser takes localhost and 127.0.0.1 for two sites, which is what a frame of another site needs.
        options.Telegram.FrameSites +=
            $" {sandbox} {sandbox.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}";
    }
}
