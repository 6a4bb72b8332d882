using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.OpenAi;

/// <summary>Images, speech, transcription and embeddings beside the chat of <c>/openai/v1</c>.</summary>
internal static class OpenAiMedia
{
    public static readonly MediaDialect Dialect = new("openai", OpenAiHeaders.Key, Error);

    public static void MapOpenAiMedia(this WebApplication app)
    {
        var group = app.MapGroup(OpenAiEndpoints.Base);
        group.MapPost(
            "/images/generations",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "image", ModelOf, OpenAiImages.Generate)
        );
        group.MapPost(
            "/images/edits",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "image", ModelOf, OpenAiImages.Edit)
        );
        group.MapPost(
            "/audio/speech",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "speech", ModelOf, OpenAiAudio.Speak)
        );
        group.MapPost(
            "/audio/transcriptions",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "transcribe", ModelOf, OpenAiAudio.Transcribe)
        );
        group.MapPost(
            "/embeddings",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "embed", ModelOf, OpenAiEmbeddings.Embed)
        );
    }

    public static string? ModelOf(System.Text.Json.JsonElement json, IFormCollection? form) =>
        form is not null ? form["model"].ToString()
        : json.ValueKind == System.Text.Json.JsonValueKind.Object
        && json.TryGetProperty("model", out var model)
            ? model.ToString()
        : null;

    public static IResult Invalid(string message, string param, string? code = null) =>
        new Answer(OpenAiError.Invalid(message, param, code));

    private static Answer Error(MediaTrouble trouble, string message) =>
        new Answer(
            trouble switch
            {
                MediaTrouble.BadRequest => OpenAiError.Invalid(message),
                MediaTrouble.BadKey => OpenAiError.BadKey,
                MediaTrouble.OutOfMoney => new(
                    429,
                    message,
                    "insufficient_quota",
                    null,
                    "insufficient_quota"
                ),
                MediaTrouble.Refused => new(
                    400,
                    "Your request was rejected by the safety system.",
                    "image_generation_user_error",
                    null,
                    "moderation_blocked"
                ),
                MediaTrouble.NoModel => new(
                    404,
                    message,
                    "invalid_request_error",
                    null,
                    "model_not_found"
                ),
                MediaTrouble.RateLimited => new(
                    429,
                    message,
                    "requests",
                    null,
                    "rate_limit_exceeded"
                )
                {
                    RetryAfter = "7",
                },
                MediaTrouble.ServerError => new(500, message, "server_error"),
                MediaTrouble.Unavailable => new(503, message, "server_error"),
                _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
            }
        );

    private sealed class Answer(OpenAiError error) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => error.Status;

        public Task ExecuteAsync(HttpContext httpContext) => error.WriteAsync(httpContext.Response);
    }
}
