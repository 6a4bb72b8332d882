using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NetRoom.Providers.Settings;

/// <summary>Reads "Providers", "Sandbox:BaseUrl" and the usual environment variables, and says clearly what is wrong.</summary>
internal sealed class ProvidersOptionsSetup(IConfiguration configuration)
    : IConfigureOptions<ProvidersOptions>,
        IValidateOptions<ProvidersOptions>
{
    private static readonly (string Variable, string ProviderId)[] Variables =
    [
        ("OPENAI_API_KEY", "openai"),
        ("ANTHROPIC_API_KEY", "anthropic"),
        ("OPENROUTER_API_KEY", "openrouter"),
        ("DEEPSEEK_API_KEY", "deepseek"),
        ("MISTRAL_API_KEY", "mistral"),
        ("XAI_API_KEY", "xai"),
        ("GEMINI_API_KEY", "gemini"),
        ("GEMINI_API_KEY", "google"),
        ("GROQ_API_KEY", "groq"),
    ];

    public void Configure(ProvidersOptions options)
    {
        var section = configuration.GetSection(ProvidersOptions.Section);
        section.Bind(options);
        foreach (var child in section.GetChildren().Where(child => child.GetChildren().Any()))
            options.ById[child.Key] = child.Get<ProviderOptions>() ?? new ProviderOptions();
        foreach (var (variable, id) in Variables)
        {
            if (configuration[variable] is not { Length: > 0 } key)
                continue;
            var provider = options.ById.TryGetValue(id, out var known)
                ? known
                : options.ById[id] = new ProviderOptions();
            // An explicit setting wins over what the machine happens to have.
            provider.ApiKey ??= key;
        }
        foreach (var provider in options.ById.Values)
        {
            provider.Keys =
            [
                .. provider
                    .ApiKeys.Prepend(provider.ApiKey ?? "")
                    .Select(key => key.Trim())
                    .Where(key => key.Length > 0)
                    .Distinct(StringComparer.Ordinal),
            ];
            provider.BaseUrl = Tidy(provider.BaseUrl);
        }
        options.SandboxBaseUrl = Tidy(configuration["Sandbox:BaseUrl"]);
    }

    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var wrong = new List<string>();
        CheckTime(nameof(options.IdleTimeout), options.IdleTimeout, wrong);
        CheckTime(nameof(options.TotalTimeout), options.TotalTimeout, wrong);
        CheckTime(nameof(options.ConnectTimeout), options.ConnectTimeout, wrong);
        if (options.RetryDelay < TimeSpan.Zero)
            wrong.Add("Providers:RetryDelay must not be negative.");
        if (options.CircuitMinimum < 2)
            wrong.Add("Providers:CircuitMinimum must be at least 2.");
        if (options.MaxEventBytes < 1024)
            wrong.Add("Providers:MaxEventBytes must be at least 1024.");
        CheckUrl("Sandbox:BaseUrl", options.SandboxBaseUrl, wrong);
        foreach (var (id, provider) in options.ById)
        {
            CheckUrl($"Providers:{id}:BaseUrl", provider.BaseUrl, wrong);
            CheckTime($"{id}:IdleTimeout", provider.IdleTimeout, wrong);
            CheckTime($"{id}:TotalTimeout", provider.TotalTimeout, wrong);
            if (!provider.Keys.All(key => key.All(character => character is > ' ' and <= '~')))
                wrong.Add($"The API key of provider {id} has a character that no header may have.");
            if (provider.CacheLifetime is not ("5m" or "1h"))
                wrong.Add($"Providers:{id}:CacheLifetime must be 5m or 1h.");
            if (
                !DateOnly.TryParseExact(
                    provider.ApiVersion,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out _
                )
            )
                wrong.Add($"Providers:{id}:ApiVersion must be a date such as 2026-10-21.");
        }
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    public static bool IsUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };

    private static void CheckUrl(string setting, string? url, List<string> wrong)
    {
        if (url is not null && !IsUrl(url))
            wrong.Add(
                $"{setting} is \"{url}\": it must be an http or https address without user, query or fragment."
            );
    }

    private static void CheckTime(string setting, TimeSpan? span, List<string> wrong)
    {
        if (span <= TimeSpan.Zero || span > TimeSpan.FromDays(1))
            wrong.Add($"Providers:{setting} must be above zero and at most a day.");
    }

    private static string? Tidy(string? url) =>
        url?.Trim().TrimEnd('/') is { Length: > 0 } tidy ? tidy : null;
}
