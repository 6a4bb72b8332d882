using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

internal sealed record AnthropicModel(
    string Type,
    string Id,
    string DisplayName,
    string CreatedAt,
    int MaxInputTokens,
    int MaxTokens,
    string Lifecycle,
    string? RetiresAt
);

internal sealed record AnthropicModelList(
    IReadOnlyList<AnthropicModel> Data,
    bool HasMore,
    string FirstId,
    string LastId
);

internal sealed record CountedTokens(int InputTokens);

internal static class AnthropicEndpoints
{
    public const string Base = "/anthropic/v1";

    // Models do not change while the sandbox stands.
    private const string Created = "2026-09-21T00:00:00Z";
    private const int LargestPrompt = 1_000_000;
    private const int LongestAnswer = 128_000;

    public static void MapAnthropic(this WebApplication app)
    {
        var group = app.MapGroup(Base);
        group.MapGet("/models", (HttpContext http) => ListAsync(http));
        group.MapPost(
            "/messages",
            (HttpContext http, Messages messages) => messages.HandleAsync(http)
        );
        group.MapPost("/messages/count_tokens", (HttpContext http) => CountAsync(http));
    }

    private static Task ListAsync(HttpContext http)
    {
        if (Refusal(http.Request) is { } error)
        {
            return error.WriteAsync(http.Response);
        }
        var models = ModelCatalogue
            .Of(Protocol.Anthropic)
            .Select(entry => new AnthropicModel(
                "model",
                entry.Id,
                entry.Model.About,
                Created,
                LargestPrompt,
                LongestAnswer,
                "active",
                null
            ))
            .ToList();
        var list = new AnthropicModelList(models, false, models[0].Id, models[^1].Id);
        return http.Response.WriteAsJsonAsync(list, SnakeCase.Options, http.RequestAborted);
    }

    private static async Task CountAsync(HttpContext http)
    {
        var error = Refusal(http.Request);
        if (error is null)
        {
            try
            {
                using var body = await JsonDocument.ParseAsync(
                    http.Request.Body,
                    default,
                    http.RequestAborted
                );
                if (
                    Count(
                        body.RootElement,
                        AnthropicHeaders.IsNewVersion(http.Request),
                        out error
                    ) is
                    { } count
                )
                {
                    var counted = new CountedTokens(count);
                    await http.Response.WriteAsJsonAsync(
                        counted,
                        SnakeCase.Options,
                        http.RequestAborted
                    );
                    return;
                }
            }
            catch (JsonException)
            {
                error = AnthropicError.Invalid("The request body is not valid JSON.");
            }
        }
        await (error ?? AnthropicError.Invalid("The request is not valid.")).WriteAsync(
            http.Response
        );
    }

    private static int? Count(JsonElement body, bool newVersion, out AnthropicError? error)
    {
        var id = body.Text("model");
        if (id is null || ModelCatalogue.Find(Protocol.Anthropic, id) is null)
        {
            error = id is null
                ? AnthropicError.Invalid("model: Field required")
                : AnthropicError.NoModel(id);
            return null;
        }
        return AnthropicPrompt.Read(body, newVersion, out error)?.Prompt.Tokens;
    }

    private static AnthropicError? Refusal(HttpRequest request) =>
        AnthropicHeaders.Key(request) is null
            ? AnthropicError.BadKey
            : AnthropicHeaders.VersionProblem(request);
}
