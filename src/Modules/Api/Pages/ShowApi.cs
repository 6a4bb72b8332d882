using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NetRoom.Api.Idempotency;
using NetRoom.Api.Limits;
using NetRoom.Catalog;
using NetRoom.Kernel.Ui;

namespace NetRoom.Api.Pages;

/// <summary>What the page of the API is drawn from.</summary>
/// <param name="Address">"https://netroom.example".</param>
/// <param name="Model">Of the examples: one that can run.</param>
public sealed record ApiScreen(
    string Address,
    string Model,
    int RequestsPerMinute,
    int ParallelRequests,
    int IdempotencyHours
);

/// <summary>GET /api: for programmers, signed in or not.</summary>
internal static class ShowApi
{
    public static IResult Handle(
        HttpRequest request,
        ICatalog catalog,
        IModelAvailability availability,
        IOptions<ApiOptions> options,
        IOptions<ApiLimitsOptions> limits,
        IOptions<IdempotencyOptions> idempotency
    )
    {
        var model =
            catalog.Models.FirstOrDefault(model =>
                model.Group == ModelGroup.Text
                && !model.Badges.Contains(Badges.Fault)
                && availability.IsAvailable(model)
            ) ?? catalog.Models.FirstOrDefault(model => model.Group == ModelGroup.Text);
        return new PageResult<ApiPage>(
            new
            {
                Screen = new ApiScreen(
                    options.Value.Address?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}",
                    model?.Id ?? "gpt-6-luna",
                    limits.Value.RequestsPerMinute,
                    limits.Value.ParallelRequests,
                    idempotency.Value.Hours
                ),
            }
        );
    }
}
