using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

internal sealed class PassThrough(
    ProviderTargets targets,
    ICatalog catalog,
    IHttpClientFactory http,
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<PassThroughCall> logger
) : IPassThrough
{
    // Made once: the handler renews its connections itself.
    private readonly HttpClient client = http.CreateClient(ProvidersModule.HttpClientName);

    public bool Speaks(ModelInfo model, WireProtocol protocol) =>
        (catalog.FindProvider(model.ProviderId)?.Protocol, protocol) switch
        {
            ("openai", WireProtocol.ChatCompletions) => true,
            ("openai-responses", WireProtocol.ChatCompletions or WireProtocol.Responses) => true,
            ("anthropic", WireProtocol.Messages) => true,
            _ => false,
        };

    public bool Drains(ModelInfo model) => targets.Find(model.ProviderId)?.Options.Drain ?? false;

    public PassThroughCall Call(ModelInfo model, PassThroughRequest request)
    {
        var target =
            targets.Find(model.ProviderId)
            ?? throw new ProviderException(
                ProviderErrorKind.Key,
                $"Provider {model.ProviderId} is not set up."
            );
        var rule = new RetryRule(
            options.Value.RetryDelay,
            NeedsHint: request.Protocol == WireProtocol.Messages
        );
        return new PassThroughCall(client, target, model, request, rule, time, logger);
    }
}
