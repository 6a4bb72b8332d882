using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Responses;

namespace NetRoom.Sandbox.OpenAi;

internal sealed record OpenAiModel(
    string Id,
    string Object,
    long Created,
    string OwnedBy,
    string? ShutdownDate
);

internal sealed record OpenAiModelList(string Object, IReadOnlyList<OpenAiModel> Data);

internal static class OpenAiEndpoints
{
    public const string Base = "/openai/v1";

    // Models do not change while the sandbox stands; the date is the one of the recorded examples.
    private const long Created = 1_790_000_000;

    public static void MapOpenAi(this WebApplication app)
    {
        var group = app.MapGroup(Base);
        group.MapGet("/models", (HttpContext http) => ListAsync(http));
        group.MapPost(
            "/chat/completions",
            (HttpContext http, ChatCompletions chat) => chat.HandleAsync(http)
        );
        group.MapPost(
            "/responses",
            (HttpContext http, ResponsesTwin responses) => responses.HandleAsync(http)
        );
    }

    private static Task ListAsync(HttpContext http)
    {
        if (OpenAiHeaders.Key(http.Request) is null)
        {
            return OpenAiError.BadKey.WriteAsync(http.Response);
        }
        var models = ModelCatalogue
            .Of(Protocol.OpenAi)
            .Select(entry => new OpenAiModel(entry.Id, "model", Created, "sandbox", null));
        return http.Response.WriteAsJsonAsync(
            new OpenAiModelList("list", [.. models]),
            SnakeCase.Options,
            http.RequestAborted
        );
    }
}
