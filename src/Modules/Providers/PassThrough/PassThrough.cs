using NetRoom.Catalog;
using NetRoom.Providers.Routing;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

internal sealed class PassThrough(Router router, ProviderTargets targets, IHttpClientFactory http)
    : IPassThrough
{
    // Made once: the handler renews its connections itself.
    private readonly HttpClient client = http.CreateClient(ProvidersModule.HttpClientName);

    public bool Speaks(ModelInfo model, WireProtocol protocol, PassageNeeds needs) =>
        Routes.Any(model, Speaking(protocol, needs));

    public bool Drains(ModelInfo model) => targets.Find(model.ProviderId)?.Options.Drain ?? false;

    public PassThroughCall Call(ModelInfo model, PassThroughRequest request) =>
        new(
            client,
            router,
            router.Plan(model, request.Sticky, Speaking(request.Protocol, request.Needs)),
            model,
            request
        );

    private TargetOf Speaking(WireProtocol protocol, PassageNeeds needs) =>
        id => router.Text(id) is { } target && Speaks(target, protocol, needs) ? target : null;

    private static bool Speaks(ProviderTarget target, WireProtocol protocol, PassageNeeds needs) =>
        Speaks(target.Protocol, protocol)
        && !(needs.HasFlag(PassageNeeds.Links) && target.IsLocal)
        // Of those who speak chat completions each asks for a search in its own way.
        && !(needs.HasFlag(PassageNeeds.Search) && protocol == WireProtocol.ChatCompletions);

    private static bool Speaks(string provider, WireProtocol protocol) =>
        (provider, protocol) switch
        {
            ("openai", WireProtocol.ChatCompletions) => true,
            ("openai-responses", WireProtocol.ChatCompletions or WireProtocol.Responses) => true,
            ("anthropic", WireProtocol.Messages) => true,
            _ => false,
        };
}
