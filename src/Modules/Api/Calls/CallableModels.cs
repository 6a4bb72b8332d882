using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Catalog;

namespace NetRoom.Api.Calls;

/// <summary>The models that a caller may name.</summary>
internal sealed class CallableModels(ICatalog catalog, IModelAvailability availability)
{
    /// <exception cref="RefusedRequestException">There is none of this group by that id, or this key may not use it, or it is away.</exception>
    public ModelInfo Find(ApiCaller caller, string id, ModelGroup group)
    {
        if (id.Length == 0)
            throw RefusedRequestException.Invalid("Say which model: 'model' is missing.", "model");
        if (catalog.Find(id) is not { } model || model.Status == ModelStatus.Gone)
            throw new RefusedRequestException(CallErrors.NoModel(id));
        if (model.Group != group)
            throw new RefusedRequestException(CallErrors.OtherGroup(model, group));
        if (!caller.MayUse(model.Id))
            throw new RefusedRequestException(
                ApiError.Forbidden($"This API key may not use the model '{model.Id}'.")
            );
        return availability.IsAvailable(model)
            ? model
            : throw new RefusedRequestException(CallErrors.Away(model.Id));
    }
}
