using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers;

/// <summary>The front of the module.</summary>
internal sealed class ProviderDirectory(Router router, OllamaModels ollama) : IProviders
{
    public IReadOnlyList<string> OllamaModels => ollama.Names ?? [];

    public bool IsAvailable(ModelInfo model) => router.HasRoute(model);

    public IChatClient ChatClient(ModelInfo model) =>
        router.HasRoute(model) ? new RoutedChatClient(model, router) : throw Router.NoRoute(model);
}
