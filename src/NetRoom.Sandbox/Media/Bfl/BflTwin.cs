namespace NetRoom.Sandbox.Media.Bfl;

/// <summary>Black Forest Labs at <c>/bfl/v1</c>: a job a picture, asked about at the address that it gives out.</summary>
internal static class BflTwin
{
    private const string Base = "/bfl/v1";
    private const int SideStep = 16;
    private static readonly string[] Body = ["body"];
    private static readonly MediaDialect Dialect = new(
        "bfl",
        request => request.HeaderKey("x-key"),
        Error
    );

    public static void MapBfl(this WebApplication app)
    {
        app.MapPost(
            Base + "/{model}",
            (HttpContext http, string model, MediaDoor door, JobBook book) =>
                door.HandleAsync(http, Dialect, "image", (_, _) => model, ask => Create(ask, book))
        );
        app.MapGet(Base + "/get_result", Poll);
    }

    private static IResult Create(MediaAsk ask, JobBook book)
    {
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt is required");
        var (width, height) = (ask.Number("width", 1024), ask.Number("height", 768));
        if (width % SideStep != 0 || height % SideStep != 0)
            return Error(MediaTrouble.BadRequest, "width and height must be multiples of 16");
        var inputs = ask.Names.Count(name =>
            name.StartsWith("input_image", StringComparison.Ordinal)
        );
        var job = book.Open(ask, prompt + inputs, size: $"{width}x{height}");
        ask.Call.Units["images"] = 1;
        return MediaAnswers.Json(
            new
            {
                id = job.Id,
                polling_url = $"{ask.Origin}{Base}/get_result?id={job.Id}",
                cost = inputs > 0 ? 4.5 : 3.0,
                input_mp = inputs,
                output_mp = 1.05,
            }
        );
    }

    private static IResult Poll(HttpRequest request, string? id, JobBook book)
    {
        if (Dialect.Key(request) is null)
            return Error(MediaTrouble.BadKey, "Not authenticated");
        if (book.Find(id ?? "") is not { } job)
            return State(id, "Task not found");
        return job.Ask() switch
        {
            JobStage.Queued => State(id, "Pending"),
            JobStage.Running => State(id, "Pending", job.Progress),
            JobStage.Odd => State(id, "Polishing", 0.6),
            JobStage.Failed => State(id, "Error"),
            JobStage.Filtered => State(id, "Content Moderated"),
            JobStage.Done => MediaAnswers.Json(
                new
                {
                    id,
                    status = "Ready",
                    progress = 1.0,
                    result = new
                    {
                        sample = JobFiles.Address(request.Origin(), job),
                        seed = 5,
                        duration = 4.1,
                    },
                }
            ),
            _ => State(id, "Task not found"),
        };
    }

    private static IResult State(string? id, string status, double? progress = null) =>
        MediaAnswers.Json(
            new
            {
                id,
                status,
                progress,
                result = (object?)null,
            }
        );

    private static IResult Error(MediaTrouble trouble, string message) =>
        trouble == MediaTrouble.BadRequest
            ? MediaAnswers.Json(
                new
                {
                    detail = new[]
                    {
                        new
                        {
                            loc = Body,
                            msg = message,
                            type = "value_error",
                        },
                    },
                },
                StatusCodes.Status422UnprocessableEntity
            )
            : MediaAnswers.Json(
                new { detail = message },
                trouble switch
                {
                    MediaTrouble.BadKey => 403,
                    MediaTrouble.OutOfMoney => 402,
                    MediaTrouble.NoModel => 404,
                    MediaTrouble.RateLimited => 429,
                    MediaTrouble.Unavailable => 503,
                    _ => 500,
                }
            );
}
