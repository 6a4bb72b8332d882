using NetRoom.Catalog;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers.PassThrough;

internal sealed class PassThrough(Router router, ProviderTargets targets, IHttpClientFactory http)
    : IPassThrough
{
    // Made once: the handler renews its connections itself.
    private readonly HttpClient client = http.CreateClient(ProvidersModule.HttpClientName);

    public bool Speaks(ModelInfo model, WireProtocol protocol) =>
        router.HasRoute(model, name => Speaks(name, protocol));

    public bool Drains(ModelInfo model) => targets.Find(model.ProviderId)?.Options.Drain ?? false;

    public PassThroughCall Call(ModelInfo model, PassThroughRequest request) =>
        new(
            client,
            router,
            router.Plan(
                model,
                request.Sticky,
                route => Speaks(route.Protocol.Name, request.Protocol)
            ),
            model,
            request
        );

    private static bool Speaks(string provider, WireProtocol protocol) =>
        (provider, protocol) switch
        {
            ("openai", WireProtocol.ChatCompletions) => true,
            ("openai-responses", WireProtocol.ChatCompletions or WireProtocol.Responses) => true,
            ("anthropic", WireProtocol.Messages) => true,
            _ => false,
        };
}
