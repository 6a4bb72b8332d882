using NetRoom.Catalog;

namespace NetRoom.Providers;

/// <summary>Tells the catalogue, which stands below, what can be run.</summary>
internal sealed class ProviderAvailability(IProviders providers) : IModelAvailability
{
    public bool IsAvailable(ModelInfo model) =>
        model.Status != ModelStatus.Gone && providers.IsAvailable(model);
}
