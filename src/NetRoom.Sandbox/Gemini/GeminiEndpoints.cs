using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Gemini;

internal sealed record GeminiModel(
    string Name,
    string DisplayName,
    int InputTokenLimit,
    int OutputTokenLimit,
    IReadOnlyList<string> SupportedGenerationMethods,
    bool Thinking
);

internal sealed record GeminiModelList(IReadOnlyList<GeminiModel> Models);

internal static class GeminiEndpoints
{
    public const string Base = "/gemini/v1beta";

    private static readonly string[] Methods = ["generateContent", "countTokens"];

    public static void MapGemini(this WebApplication app)
    {
        var group = app.MapGroup(Base);
        group.MapGet("/models", (HttpContext http) => ListAsync(http));
        group.MapPost(
            "/models/{action}",
            (HttpContext http, GenerateContent twin) => twin.HandleAsync(http)
        );
    }

    /// <summary>The key in its header or in the address.</summary>
    public static string? Key(HttpRequest request) =>
        request.Headers["x-goog-api-key"].ToString() is { Length: > 0 } header
            ? SandboxKey.Of(header)
            : SandboxKey.Of(request.Query["key"].ToString());

    private static Task ListAsync(HttpContext http)
    {
        if (Key(http.Request) is null)
        {
            return GeminiError.BadKey.WriteAsync(http.Response);
        }
        var models = ModelCatalogue
            .Of(Protocol.Gemini)
            .Select(entry => new GeminiModel(
                "models/" + entry.Id,
                entry.Model.About,
                1_048_576,
                65_536,
                Methods,
                entry.Model.Thinks
            ));
        return http.Response.WriteAsJsonAsync(
            new GeminiModelList([.. models]),
            http.RequestAborted
        );
    }
}
