using NetRoom.Catalog;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers.PassThrough;

internal sealed class PassThrough(Router router, ProviderTargets targets, IHttpClientFactory http)
    : IPassThrough
{
    // Made once: the handler renews its connections itself.
    private readonly HttpClient client = http.CreateClient(ProvidersModule.HttpClientName);

    public bool Speaks(ModelInfo model, WireProtocol protocol) =>
        Routes.Any(model, Speaking(protocol));

    public bool Drains(ModelInfo model) => targets.Find(model.ProviderId)?.Options.Drain ?? false;

    public PassThroughCall Call(ModelInfo model, PassThroughRequest request) =>
        new(
            client,
            router,
            router.Plan(model, request.Sticky, Speaking(request.Protocol)),
            model,
            request
        );

    private TargetOf Speaking(WireProtocol protocol) =>
        id => router.Text(id) is { } target && Speaks(target.Protocol, protocol) ? target : null;

    private static bool Speaks(string provider, WireProtocol protocol) =>
        (provider, protocol) switch
        {
            ("openai", WireProtocol.ChatCompletions) => true,
            ("openai-responses", WireProtocol.ChatCompletions or WireProtocol.Responses) => true,
            ("anthropic", WireProtocol.Messages) => true,
            _ => false,
        };
}
