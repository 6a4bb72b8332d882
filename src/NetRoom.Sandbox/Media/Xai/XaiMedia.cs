using NetRoom.Sandbox.Media.OpenAi;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.Xai;

/// <summary>Pictures and films of <c>/xai/v1</c>; usage is money, in ticks.</summary>
internal static class XaiMedia
{
    private const long TicksPerPicture = 200_000_000;
    private const long TicksPerSecond = 500_000_000;
    private static readonly MediaDialect Dialect = new("xai", OpenAiHeaders.Key, Error);

    public static void MapXaiMedia(this WebApplication app)
    {
        var group = app.MapGroup("/xai/v1");
        group.MapPost(
            "/images/generations",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "image", OpenAiMedia.ModelOf, Draw)
        );
        group.MapPost(
            "/images/edits",
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(
                    http,
                    Dialect,
                    "image",
                    OpenAiMedia.ModelOf,
                    ask =>
                        ask.Names.Contains("images")
                            ? Draw(ask)
                            : Error(MediaTrouble.BadRequest, "images are required")
                )
        );
        group.MapPost(
            "/videos/generations",
            (HttpContext http, MediaDoor door, JobBook book) =>
                door.HandleAsync(
                    http,
                    Dialect,
                    "video",
                    OpenAiMedia.ModelOf,
                    ask => Film(ask, book)
                )
        );
        group.MapGet("/videos/{id}", Poll);
    }

    private static IResult Draw(MediaAsk ask)
    {
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt is required");
        if (ask.Names.FirstOrDefault(name => name is "size" or "quality") is { } unknown)
            return Error(MediaTrouble.BadRequest, $"Argument not supported: {unknown}");
        if (ask.Model.Fault == MediaFault.Filtered)
            return Error(MediaTrouble.Refused, "");
        var count = ask.Number("n", 1);
        ask.Call.Units["ticks"] = count * TicksPerPicture;
        return MediaAnswers.Json(
            new
            {
                data = Enumerable
                    .Range(0, count)
                    .Select(at => new
                    {
                        b64_json = MadeUp.Picture($"{prompt}{at}"),
                        mime_type = "image/png",
                    }),
                usage = new { cost_in_usd_ticks = count * TicksPerPicture },
            }
        );
    }

    private static IResult Film(MediaAsk ask, JobBook book)
    {
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt is required");
        var job = book.Open(ask, prompt, ask.Number("duration", 6));
        ask.Call.Units["ticks"] = job.Amount * TicksPerSecond;
        return MediaAnswers.Json(new { request_id = job.Id });
    }

    private static IResult Poll(HttpRequest request, string id, JobBook book)
    {
        if (OpenAiHeaders.Key(request) is null)
            return Error(MediaTrouble.BadKey, "");
        if (book.Find(id) is not { } job)
            return Error(MediaTrouble.NoModel, "No such request.");
        return job.Ask() switch
        {
            JobStage.Queued => Pending("pending", 0),
            JobStage.Running => Pending("pending", (int)(job.Progress * 100)),
            JobStage.Odd => Pending("upscaling", 60),
            JobStage.Failed => MediaAnswers.Json(
                new
                {
                    status = "failed",
                    error = "The model broke.",
                    code = "internal",
                }
            ),
            JobStage.Filtered => MediaAnswers.Json(
                new
                {
                    status = "done",
                    progress = 100,
                    video = new { url = (string?)null, respect_moderation = false },
                }
            ),
            JobStage.Done => MediaAnswers.Json(
                new
                {
                    status = "done",
                    progress = 100,
                    model = job.Model.Name,
                    video = new
                    {
                        url = JobFiles.Address(request.Origin(), job),
                        duration = job.Amount,
                        respect_moderation = true,
                    },
                    usage = new { cost_in_usd_ticks = job.Amount * TicksPerSecond },
                }
            ),
            _ => MediaAnswers.Json(new { status = "expired" }),
        };
    }

    private static IResult Pending(string status, int progress) =>
        MediaAnswers.Json(new { status, progress }, StatusCodes.Status202Accepted);

    // The error is a string, and a wrong key is a bad request.
    private static IResult Error(MediaTrouble trouble, string message)
    {
        var (status, code, error) = trouble switch
        {
            MediaTrouble.BadRequest => (400, "invalid-argument", message),
            MediaTrouble.BadKey => (400, "invalid-argument", "Incorrect API key provided."),
            MediaTrouble.OutOfMoney => (
                403,
                "permission-denied",
                "Your spending limit is reached."
            ),
            MediaTrouble.Refused => (
                400,
                "invalid-argument",
                "Generated image rejected by content moderation: it is against our usage policy."
            ),
            MediaTrouble.NoModel => (404, "not-found", message),
            MediaTrouble.RateLimited => (429, "resource-exhausted", message),
            MediaTrouble.ServerError => (500, "internal", message),
            MediaTrouble.Unavailable => (503, "unavailable", message),
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };
        return MediaAnswers.Json(new { code, error }, status);
    }
}
