using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>From the catalogue and the settings to where a provider is and with which key.</summary>
internal sealed class ProviderTargets(
    IOptions<ProvidersOptions> options,
    ICatalog catalog,
    IEnumerable<ChatProtocol> protocols
)
{
    public const string Ollama = "ollama";
    private const string OllamaAddress = "http://localhost:11434/v1";
    private const string SandboxKey = "sandbox-key";

    // Loading a model from disk takes minutes without a byte.
    private static readonly TimeSpan LocalIdleTimeout = TimeSpan.FromMinutes(5);
    private static readonly string[] Local = [Ollama, "vllm", "llamacpp", "lmstudio"];

    /// <summary>Null when the provider is unknown, has no usable address, or lacks the key it needs.</summary>
    /// <param name="sandboxPath">Where the sandbox has what is meant, if that is not its protocol of text.</param>
    public ProviderTarget? Find(string providerId, string? sandboxPath = null)
    {
        if (catalog.FindProvider(providerId) is not { } provider)
            return null;
        var all = options.Value;
        var own = all.ById.TryGetValue(provider.Id, out var found) ? found : new ProviderOptions();
        var address = Address(provider, own, sandboxPath ?? Spoken(provider.Protocol)?.SandboxPath);
        IReadOnlyList<string> keys = provider.IsSandbox ? [SandboxKey] : own.Keys;
        if (address is null || (keys.Count == 0 && NeedsKey(provider, own)))
            return null;
        return new ProviderTarget(
            provider.Id,
            provider.Protocol,
            address,
            keys.Count > 0 ? keys[0] : null,
            own,
            own.IdleTimeout ?? (IsLocal(provider) ? LocalIdleTimeout : all.IdleTimeout),
            own.TotalTimeout ?? all.TotalTimeout,
            all.MaxEventBytes
        )
        {
            Keys = keys,
            IsLocal = IsLocal(provider),
            NeedsHint = Spoken(provider.Protocol)?.NeedsHint ?? false,
        };
    }

    public string OllamaBaseUrl()
    {
        var own = options.Value.ById.TryGetValue(Ollama, out var found) ? found.BaseUrl : null;
        return own ?? Usable(catalog.FindProvider(Ollama)?.BaseUrl) ?? OllamaAddress;
    }

    public static bool IsOllama(string providerId) =>
        string.Equals(providerId, Ollama, StringComparison.OrdinalIgnoreCase);

    private string? Address(ProviderInfo provider, ProviderOptions own, string? sandboxPath)
    {
        if (provider.IsSandbox)
            return options.Value.SandboxBaseUrl is { } sandbox && sandboxPath is not null
                ? sandbox + sandboxPath
                : null;
        return IsOllama(provider.Id) ? OllamaBaseUrl() : own.BaseUrl ?? Usable(provider.BaseUrl);
    }

    private ChatProtocol? Spoken(string protocol) =>
        protocols.FirstOrDefault(it => it.Name == protocol);

    private static string? Usable(string? url) =>
        url?.TrimEnd('/') is { Length: > 0 } tidy && ProvidersOptionsSetup.IsUrl(tidy)
            ? tidy
            : null;

    private static bool NeedsKey(ProviderInfo provider, ProviderOptions own) =>
        // A local server counts once somebody has said where it is; Ollama is looked for.
        own.NeedsKey
        ?? !(IsLocal(provider) && (IsOllama(provider.Id) || own.BaseUrl is not null));

    private static bool IsLocal(ProviderInfo provider) =>
        Local.Contains(provider.Id, StringComparer.OrdinalIgnoreCase);
}
