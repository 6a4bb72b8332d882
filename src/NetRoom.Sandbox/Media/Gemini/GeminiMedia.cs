using System.Text.Json;

namespace NetRoom.Sandbox.Media.Gemini;

/// <summary>Images, speech and embeddings of <c>/gemini/v1beta/models</c>, and video through Interactions.</summary>
internal static class GeminiMedia
{
    public const string Base = "/gemini/v1beta";

    public static readonly MediaDialect Dialect = new("gemini", Key, Error);

    public static void MapGeminiMedia(this WebApplication app)
    {
        // Chat has the same path for its own models; ours are told apart by their names.
        app.MapPost(Base + "/models/{action:media}", ModelsAsync).WithOrder(-1);
        app.MapGeminiVideo();
    }

    private static Task ModelsAsync(HttpContext http, string action, MediaDoor door)
    {
        var at = action.IndexOf(':', StringComparison.Ordinal);
        var model = at < 0 ? action : action[..at];
        var kind = model.Split('-')[0];
        return door.HandleAsync(
            http,
            Dialect,
            kind,
            (_, _) => model,
            (action[(at + 1)..], kind) switch
            {
                ("generateContent", "image") => GeminiParts.Draw,
                ("generateContent", "speech") => GeminiParts.Speak,
                ("batchEmbedContents", "embed") => GeminiParts.Embed,
                _ => ask =>
                    Error(
                        MediaTrouble.NoModel,
                        $"models/{model} is not supported for this method."
                    ),
            }
        );
    }

    public static string? Key(HttpRequest request) =>
        request.Headers.TryGetValue("x-goog-api-key", out var header)
            ? SandboxKey.Of(header.ToString())
        : request.Query.TryGetValue("key", out var key) ? SandboxKey.Of(key.ToString())
        : null;

    public static string? ModelOf(JsonElement json, IFormCollection? form) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("model", out var model)
            ? model.ToString()
            : null;

    public static IResult Error(MediaTrouble trouble, string message)
    {
        // A wrong key is a bad request there, with the reason in the details.
        var (status, word, details) = trouble switch
        {
            MediaTrouble.BadRequest => (400, "INVALID_ARGUMENT", []),
            MediaTrouble.BadKey => (400, "INVALID_ARGUMENT", Info("API_KEY_INVALID")),
            MediaTrouble.OutOfMoney => (400, "FAILED_PRECONDITION", Info("BILLING_DISABLED")),
            MediaTrouble.Refused => (400, "INVALID_ARGUMENT", Info("PROHIBITED_CONTENT")),
            MediaTrouble.NoModel => (404, "NOT_FOUND", []),
            MediaTrouble.RateLimited => (429, "RESOURCE_EXHAUSTED", Wait()),
            MediaTrouble.ServerError => (500, "INTERNAL", []),
            MediaTrouble.Unavailable => (503, "UNAVAILABLE", Array.Empty<object>()),
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };
        return MediaAnswers.Camel(
            new
            {
                error = new
                {
                    code = status,
                    message,
                    status = word,
                    details,
                },
            },
            status
        );
    }

    private static object[] Info(string reason) => [new { reason, domain = "googleapis.com" }];

    private static object[] Wait() => [new { retryDelay = "7.5s" }];
}
