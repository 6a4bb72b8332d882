using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetRoom.Catalog.Live;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Catalog.Pages;

/// <summary>GET /models/{id}: one model and every price it has had; gone models too, so that history stays readable.</summary>
internal static class ShowModel
{
    public static void MapShowModel(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/models/{id}", Show).AllowAnonymous();

    private static IResult Show(
        string id,
        LiveCatalog catalog,
        IModelAvailability availability,
        TimeProvider clock
    )
    {
        var snapshot = catalog.Snapshot;
        if (snapshot.Find(id) is not { } model)
            return Problem.NotFound("catalog.model_unknown").ToResult();
        var now = clock.GetUtcNow();
        return new PageResult<ModelPage>(
            new
            {
                Entry = ModelEntry.Of(model, snapshot, availability, now),
                History = snapshot.Prices(id),
                Now = now,
            }
        );
    }
}
