using System.Globalization;
using System.Text.Json;

namespace NetRoom.Sandbox.Media.Gemini;

/// <summary>Interactions that run in the background and end with a film.</summary>
internal static class GeminiVideo
{
    private const int TokensPerSecond = 5_792;

    public static void MapGeminiVideo(this WebApplication app)
    {
        var group = app.MapGroup(GeminiMedia.Base);
        group.MapPost(
            "/interactions",
            (HttpContext http, MediaDoor door, JobBook book) =>
                door.HandleAsync(
                    http,
                    GeminiMedia.Dialect,
                    "video",
                    GeminiMedia.ModelOf,
                    ask => Create(ask, book)
                )
        );
        group.MapGet("/interactions/{id}", Poll);
        group.MapPost("/interactions/{id}/cancel", Cancel);
        group.MapGet("/files/{file}", Download);
        app.MapGet(
            "/gemini/download/{id}",
            IResult (HttpRequest request, string id, JobBook book) =>
                GeminiMedia.Key(request) is null ? Denied()
                : book.Find(id) is { IsExpired: false } job ? JobFiles.File(job)
                : GeminiMedia.Error(MediaTrouble.NoModel, "The file is not there.")
        );
    }

    private static IResult Create(MediaAsk ask, JobBook book)
    {
        var format = ask.Json.TryGetProperty("response_format", out var asked) ? asked : default;
        if (
            format.ValueKind != JsonValueKind.Object
            || format.GetProperty("type").GetString() != "video"
        )
            return GeminiMedia.Error(MediaTrouble.BadRequest, "response_format must be a video.");
        if (ask.Text("background") != "true" || ask.Text("store") != "true")
            return GeminiMedia.Error(
                MediaTrouble.BadRequest,
                "A video needs background and store."
            );
        var seconds = int.Parse(
            format.GetProperty("duration").GetString()!.TrimEnd('s'),
            CultureInfo.InvariantCulture
        );
        var job = book.Open(ask, ask.Text("input") ?? "", seconds);
        ask.Call.Units["video_seconds"] = seconds;
        return Answer(job, "queued");
    }

    private static IResult Poll(HttpRequest request, string id, JobBook book)
    {
        if (GeminiMedia.Key(request) is null)
            return Denied();
        if (book.Find(id) is not { } job)
            return Missing();
        return job.Ask() switch
        {
            JobStage.Queued => Answer(job, "queued"),
            JobStage.Running => Answer(job, "in_progress"),
            JobStage.Odd => Answer(job, "warming_up"),
            JobStage.Done => Done(job, request),
            JobStage.Failed => MediaAnswers.Json(
                new
                {
                    id,
                    status = "failed",
                    error = new { code = "internal", message = "The model broke." },
                }
            ),
            JobStage.Filtered => MediaAnswers.Json(
                new
                {
                    id,
                    status = "failed",
                    error = new { code = "prohibited_content", message = "Not allowed." },
                }
            ),
            JobStage.Cancelled => Answer(job, "cancelled"),
            _ => Missing(),
        };
    }

    private static IResult Done(SandboxJob job, HttpRequest request)
    {
        var tokens = job.Amount * TokensPerSecond;
        return MediaAnswers.Json(
            new
            {
                id = job.Id,
                @object = "interaction",
                model = job.Model.Name,
                status = "completed",
                steps = new object[]
                {
                    new { type = "thought", signature = "CiQB" },
                    new
                    {
                        type = "model_output",
                        content = new[]
                        {
                            new
                            {
                                type = "video",
                                mime_type = "video/mp4",
                                uri = $"{request.Scheme}://{request.Host}{GeminiMedia.Base}/files/{job.Id}:download?alt=media",
                            },
                        },
                    },
                },
                usage = new
                {
                    total_input_tokens = 20,
                    input_tokens_by_modality = new[] { new { modality = "text", tokens = 20 } },
                    total_cached_tokens = 0,
                    total_output_tokens = tokens,
                    output_tokens_by_modality = new[] { new { modality = "video", tokens } },
                    total_thought_tokens = 0,
                    total_tool_use_tokens = 0,
                    total_tokens = tokens + 20,
                },
            }
        );
    }

    private static IResult Cancel(HttpRequest request, string id, JobBook book)
    {
        if (GeminiMedia.Key(request) is null)
            return Denied();
        if (book.Find(id) is not { } job)
            return Missing();
        job.Cancel();
        return Answer(job, "cancelled");
    }

    // A redirect on the same host, with a body that says an error and must be passed over.
    private static IResult Download(HttpContext http, string file)
    {
        if (GeminiMedia.Key(http.Request) is null)
            return Denied();
        http.Response.Headers.Location = $"/gemini/download/{file.Split(':')[0]}";
        return MediaAnswers.Camel(
            new { error = new { code = 302, message = "Moved." } },
            StatusCodes.Status302Found
        );
    }

    private static IResult Answer(SandboxJob job, string status) =>
        MediaAnswers.Json(
            new
            {
                id = job.Id,
                @object = "interaction",
                model = job.Model.Name,
                status,
            }
        );

    private static IResult Denied() => GeminiMedia.Error(MediaTrouble.BadKey, "No key.");

    private static IResult Missing() =>
        GeminiMedia.Error(MediaTrouble.NoModel, "Interaction not found.");
}
