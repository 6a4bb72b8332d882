using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Media;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers;

/// <summary>The front of the module.</summary>
internal sealed class ProviderDirectory(Router router, MediaDirectory media, OllamaModels ollama)
    : IProviders
{
    public IMediaClients Media => media;

    public IReadOnlyList<string> OllamaModels => ollama.Names ?? [];

    public bool IsAvailable(ModelInfo model) =>
        model.Group == ModelGroup.Text ? Routes.Any(model, router.Text) : media.CanRun(model);

    public IChatClient ChatClient(ModelInfo model) =>
        Routes.Any(model, router.Text)
            ? new RoutedChatClient(model, router)
            : throw Router.NoRoute(model);
}
