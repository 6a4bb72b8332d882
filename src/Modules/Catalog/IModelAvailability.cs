namespace NetRoom.Catalog;

/// <summary>
/// Whether a model can be run right now: its provider has a key, or its local server answers. The module that knows
/// providers implements it; without one, every model counts as available.
/// </summary>
public interface IModelAvailability
{
    bool IsAvailable(ModelInfo model);
}

internal sealed class AlwaysAvailable : IModelAvailability
{
    public bool IsAvailable(ModelInfo model) => true;
}
