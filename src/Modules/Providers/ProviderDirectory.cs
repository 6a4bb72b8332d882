using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Anthropic;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>Picks the adapter by the provider's protocol.</summary>
internal sealed class ProviderDirectory(
    ProviderTargets targets,
    OllamaModels ollama,
    IHttpClientFactory http,
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<ProviderDirectory> logger
) : IProviders
{
    public IReadOnlyList<string> OllamaModels => ollama.Names ?? [];

    public bool IsAvailable(string providerId) =>
        targets.Find(providerId)
            is { Protocol: ProviderProtocols.OpenAi or ProviderProtocols.Anthropic }
        && (!ProviderTargets.IsOllama(providerId) || ollama.Names is not null);

    public IChatClient ChatClient(ModelInfo model)
    {
        var target =
            targets.Find(model.ProviderId)
            ?? throw new ProviderException(
                ProviderErrorKind.Key,
                $"Provider {model.ProviderId} is not set up: it is not in the catalogue, or has no address or key (Providers:{model.ProviderId}:ApiKey)."
            );
        var client = http.CreateClient(ProvidersModule.HttpClientName);
        IChatClient adapter = target.Protocol switch
        {
            ProviderProtocols.OpenAi => new OpenAiChatClient(client, target, model, time),
            ProviderProtocols.Anthropic => new AnthropicChatClient(client, target, model, time),
            _ => throw new ProviderException(
                ProviderErrorKind.NotFound,
                $"Provider {model.ProviderId} speaks {target.Protocol}, which has no adapter."
            ),
        };
        var rule = new RetryRule(
            options.Value.RetryDelay,
            NeedsHint: target.Protocol == ProviderProtocols.Anthropic
        );
        return new RetryingChatClient(adapter, target.ProviderId, rule, time, logger);
    }
}
