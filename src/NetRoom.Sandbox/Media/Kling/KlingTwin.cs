using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NetRoom.Sandbox.Media.Kling;

/// <summary>Kling at <c>/kling</c>: a signed token or a plain key; a code in the body says what went wrong.</summary>
internal static class KlingTwin
{
    /// <summary>What signs the tokens that the sandbox takes.</summary>
    public const string Secret = "sandbox-secret";

    private static readonly string[] Durations = ["5", "10"];

    public static void MapKling(this WebApplication app)
    {
        Map(app, "/kling/v1/videos/text2video", needsImage: false);
        Map(app, "/kling/v1/videos/image2video", needsImage: true);
    }

    private static void Map(WebApplication app, string path, bool needsImage)
    {
        app.MapPost(
            path,
            (HttpContext http, MediaDoor door, JobBook book, TimeProvider clock) =>
                door.HandleAsync(
                    http,
                    new("kling", request => Key(request, clock), Error),
                    "video",
                    (json, _) =>
                        json.ValueKind == JsonValueKind.Object
                        && json.TryGetProperty("model_name", out var model)
                            ? model.ToString()
                            : null,
                    ask => Create(ask, book, needsImage)
                )
        );
        app.MapGet(path + "/{id}", Poll);
    }

    private static IResult Create(MediaAsk ask, JobBook book, bool needsImage)
    {
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt is required");
        if (
            !ask.Json.TryGetProperty("duration", out var duration)
            || duration.ValueKind != JsonValueKind.String
            || !Durations.Contains(duration.GetString())
        )
            return Error(MediaTrouble.BadRequest, "duration must be the string 5 or 10");
        if (needsImage != ask.Names.Contains("image"))
            return Error(MediaTrouble.BadRequest, "image belongs to image2video");
        var job = book.Open(ask, prompt, ask.Number("duration", 5));
        ask.Call.Units["video_seconds"] = job.Amount;
        return Answer(new { task_id = job.Id, task_status = "submitted" });
    }

    private static IResult Poll(HttpRequest request, string id, JobBook book, TimeProvider clock)
    {
        if (Key(request, clock) is null)
            return Error(MediaTrouble.BadKey, "Auth failed");
        if (book.Find(id) is not { } job)
            return Vanished();
        return job.Ask() switch
        {
            JobStage.Queued => State(id, "submitted"),
            JobStage.Running => State(id, "processing"),
            JobStage.Odd => State(id, "rendering"),
            JobStage.Failed => State(id, "failed", "The model broke."),
            JobStage.Filtered => State(id, "failed", "Failure to pass the risk control system"),
            JobStage.Done => Answer(
                new
                {
                    task_id = id,
                    task_status = "succeed",
                    task_result = new
                    {
                        videos = new[]
                        {
                            new
                            {
                                id = "1",
                                url = JobFiles.Address(request.Origin(), job),
                                duration = $"{job.Amount}.1",
                            },
                        },
                    },
                }
            ),
            _ => Vanished(),
        };
    }

    // Under the status of success.
    private static IResult Vanished() =>
        MediaAnswers.Json(
            new
            {
                code = 1203,
                message = "Task not found",
                request_id = "q1",
            }
        );

    private static IResult State(string id, string status, string? message = null) =>
        Answer(
            new
            {
                task_id = id,
                task_status = status,
                task_status_msg = message,
            }
        );

    private static IResult Answer(object data) =>
        MediaAnswers.Json(
            new
            {
                code = 0,
                message = "SUCCEED",
                request_id = "q1",
                data,
            }
        );

    private static string? Key(HttpRequest request, TimeProvider clock)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.Ordinal))
            return null;
        var token = header[scheme.Length..];
        return token.Split('.') is [var head, var claims, var signature]
            ? Issuer(head, claims, signature, clock)
            : SandboxKey.Of(token);
    }

    private static string? Issuer(string head, string claims, string signature, TimeProvider clock)
    {
        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret),
            Encoding.UTF8.GetBytes($"{head}.{claims}")
        );
        if (Base64Url.EncodeToString(expected) != signature)
            return null;
        using var said = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var isNow =
            said.RootElement.GetProperty("exp").GetInt64() > now
            && said.RootElement.GetProperty("nbf").GetInt64() <= now;
        return isNow ? SandboxKey.Of(said.RootElement.GetProperty("iss").GetString() ?? "") : null;
    }

    private static IResult Error(MediaTrouble trouble, string message)
    {
        var (status, code) = trouble switch
        {
            MediaTrouble.BadRequest => (400, 1201),
            MediaTrouble.BadKey => (401, 1002),
            MediaTrouble.OutOfMoney => (429, 1102),
            MediaTrouble.Refused => (400, 1301),
            MediaTrouble.NoModel => (404, 1202),
            MediaTrouble.RateLimited => (429, 1302),
            MediaTrouble.ServerError => (500, 5000),
            MediaTrouble.Unavailable => (503, 5001),
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };
        return MediaAnswers.Json(
            new
            {
                code,
                message,
                request_id = "q1",
            },
            status
        );
    }
}
