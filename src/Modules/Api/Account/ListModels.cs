using System.Globalization;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Catalog;

namespace NetRoom.Api.Account;

/// <summary>A model in OpenAI's shape or in Anthropic's; what is ours is beside it in both.</summary>
/// <param name="Object">OpenAI's: "model".</param>
/// <param name="Created">OpenAI's: seconds since 1970 of its first price.</param>
/// <param name="OwnedBy">OpenAI's: the provider.</param>
/// <param name="Type">Anthropic's: "model".</param>
/// <param name="DisplayName">Anthropic's.</param>
/// <param name="CreatedAt">Anthropic's.</param>
/// <param name="Kind">"text", "image", "video", "audio", "embeddings", "documents".</param>
/// <param name="Status">"active", "degraded", "retiring".</param>
/// <param name="ContextLength">Prompt and answer together, in tokens.</param>
/// <param name="ReasoningEfforts">What it takes as reasoning effort, weakest first.</param>
internal sealed record ModelAnswer(
    string Id,
    string? Object,
    long? Created,
    string? OwnedBy,
    string? Type,
    string? DisplayName,
    DateTimeOffset? CreatedAt,
    string Kind,
    string Status,
    int ContextLength,
    int MaxOutputTokens,
    IReadOnlyList<string> ReasoningEfforts,
    ModelPricing? Pricing
);

internal sealed record OpenAiModels(IReadOnlyList<ModelAnswer> Data)
{
    public string Object { get; init; } = "list";
}

internal sealed record AnthropicModels(
    IReadOnlyList<ModelAnswer> Data,
    bool HasMore,
    string? FirstId,
    string? LastId
);

/// <summary>GET /v1/models and /v1/models/{id}: what this key may use and what it costs.</summary>
internal static class ListModels
{
    /// <summary>Anthropic's own; OpenAI's list has no pages.</summary>
    private const int UsualPage = 20;
    private const int LargestPage = 1_000;

    public static IResult List(
        ApiCaller caller,
        ICatalog catalog,
        IModelAvailability availability,
        TimeProvider clock,
        HttpContext context
    )
    {
        var protocol = ApiProtocols.Of(context);
        var models = catalog
            .Models.Where(model => caller.MayUse(model.Id) && availability.IsAvailable(model))
            .ToList();
        if (protocol == ApiProtocol.OpenAi)
            return TypedResults.Json(
                new OpenAiModels([.. models.Select(model => Of(model, protocol, catalog, clock))]),
                AccountJson.Default.OpenAiModels
            );

        if (!TryPage(models, context.Request.Query, out var page, out var hasMore))
            return new ApiErrorResult(
                ApiError.Invalid($"limit: must be a number from 1 to {LargestPage}", "limit")
            );
        return TypedResults.Json(
            new AnthropicModels(
                [.. page.Select(model => Of(model, protocol, catalog, clock))],
                hasMore,
                page.Count > 0 ? page[0].Id : null,
                page.Count > 0 ? page[^1].Id : null
            ),
            AccountJson.Default.AnthropicModels
        );
    }

    public static IResult Show(
        string id,
        ApiCaller caller,
        ICatalog catalog,
        TimeProvider clock,
        HttpContext context
    ) =>
        catalog.Find(id) is { } model && model.Status != ModelStatus.Gone && caller.MayUse(id)
            ? TypedResults.Json(
                Of(model, ApiProtocols.Of(context), catalog, clock),
                AccountJson.Default.ModelAnswer
            )
            : new ApiErrorResult(
                ApiError.NotFound(
                    "There is no such model, or this key may not use it. GET /v1/models lists those it may.",
                    "model_not_found"
                )
            );

    private static ModelAnswer Of(
        ModelInfo model,
        ApiProtocol protocol,
        ICatalog catalog,
        TimeProvider clock
    )
    {
        var now = clock.GetUtcNow();
        var price = catalog.PriceAt(model.Id, now);
        var since = price?.ValidFrom ?? DateTimeOffset.UnixEpoch;
        var isOpenAi = protocol == ApiProtocol.OpenAi;
        return new ModelAnswer(
            model.Id,
            isOpenAi ? "model" : null,
            isOpenAi ? since.ToUnixTimeSeconds() : null,
            isOpenAi ? model.ProviderId : null,
            isOpenAi ? null : "model",
            isOpenAi ? null : model.Name,
            isOpenAi ? null : since,
            model.Group.ToString().ToLowerInvariant(),
            model.Status.ToString().ToLowerInvariant(),
            model.ContextTokens,
            model.MaxOutputTokens,
            model.Efforts,
            ModelPricing.Of(price, now)
        );
    }

    /// <summary>After one id, or those just before another.</summary>
    private static bool TryPage(
        List<ModelInfo> models,
        IQueryCollection query,
        out List<ModelInfo> page,
        out bool hasMore
    )
    {
        (page, hasMore) = ([], false);
        var limit = UsualPage;
        if (
            query["limit"] is [{ } asked]
            && !(
                int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                && limit is >= 1 and <= LargestPage
            )
        )
            return false;
        if (query["before_id"] is [{ Length: > 0 } before])
        {
            var end = models.FindIndex(model => model.Id == before) is var at and >= 0 ? at : 0;
            var start = Math.Max(0, end - limit);
            (page, hasMore) = (models[start..end], start > 0);
            return true;
        }

        var first = query["after_id"] is [{ Length: > 0 } after]
            ? models.FindIndex(model => model.Id == after) is var found and >= 0
                ? found + 1
                : models.Count
            : 0;
        page = [.. models.Skip(first).Take(limit)];
        hasMore = first + page.Count < models.Count;
        return true;
    }
}
