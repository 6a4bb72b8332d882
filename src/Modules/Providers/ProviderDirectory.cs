using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>Picks the adapter by the provider's protocol.</summary>
internal sealed class ProviderDirectory(
    ProviderTargets targets,
    OllamaModels ollama,
    IEnumerable<ChatProtocol> protocols,
    IHttpClientFactory http,
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<ProviderDirectory> logger
) : IProviders
{
    public IReadOnlyList<string> OllamaModels => ollama.Names ?? [];

    public bool IsAvailable(string providerId) =>
        targets.Find(providerId) is { } target
        && ProtocolOf(target) is not null
        && (!ProviderTargets.IsOllama(providerId) || ollama.Names is not null);

    public IChatClient ChatClient(ModelInfo model)
    {
        var target =
            targets.Find(model.ProviderId)
            ?? throw new ProviderException(
                ProviderErrorKind.Key,
                $"Provider {model.ProviderId} is not set up: it is not in the catalogue, or has no address or key (Providers:{model.ProviderId}:ApiKey)."
            );
        var protocol =
            ProtocolOf(target)
            ?? throw new ProviderException(
                ProviderErrorKind.NotFound,
                $"Provider {model.ProviderId} speaks {target.Protocol}, which has no adapter."
            );
        var client = http.CreateClient(ProvidersModule.HttpClientName);
        var adapter = new UsageAlarm(
            protocol.Create(new ChatRoute(client, target, model, time)),
            target.ProviderId,
            logger
        );
        var rule = new RetryRule(options.Value.RetryDelay, protocol.NeedsHint);
        return new RetryingChatClient(adapter, target.ProviderId, rule, time, logger);
    }

    private ChatProtocol? ProtocolOf(ProviderTarget target) =>
        protocols.FirstOrDefault(protocol => protocol.Name == target.Protocol);
}
