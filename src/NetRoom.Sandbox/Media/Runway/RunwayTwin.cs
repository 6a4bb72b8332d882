using NetRoom.Sandbox.Media.OpenAi;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.Runway;

/// <summary>Runway at <c>/runway</c>: tasks that end with addresses and credits.</summary>
internal static class RunwayTwin
{
    private const string Version = "2024-11-06";
    private const int CreditsPerSecond = 5;
    private const int MostCharacters = 1_000;
    private static readonly string[] Ratios =
    [
        "1280:720",
        "720:1280",
        "1104:832",
        "960:960",
        "832:1104",
        "1584:672",
    ];
    private static readonly MediaDialect Dialect = new("runway", OpenAiHeaders.Key, Error);

    public static void MapRunway(this WebApplication app)
    {
        var group = app.MapGroup("/runway/v1");
        Map(group, "/text_to_video", needsImage: false);
        Map(group, "/image_to_video", needsImage: true);
        group.MapGet("/tasks/{id}", Poll);
        group.MapDelete("/tasks/{id}", Cancel);
    }

    private static void Map(RouteGroupBuilder group, string path, bool needsImage) =>
        group.MapPost(
            path,
            (HttpContext http, MediaDoor door, JobBook book) =>
                door.HandleAsync(
                    http,
                    Dialect,
                    "video",
                    OpenAiMedia.ModelOf,
                    ask => Create(ask, book, needsImage)
                )
        );

    private static IResult Create(MediaAsk ask, JobBook book, bool needsImage)
    {
        if (ask.Http.Request.Headers["X-Runway-Version"] != Version)
            return Error(MediaTrouble.BadRequest, "X-Runway-Version is required.");
        if (ask.Text("promptText") is not { Length: > 0 and <= MostCharacters } prompt)
            return Error(MediaTrouble.BadRequest, "promptText must have 1 to 1000 characters.");
        if (!Ratios.Contains(ask.Text("ratio")))
            return Error(MediaTrouble.BadRequest, "ratio is not supported.");
        if (ask.Number("duration", 0) is not (>= 2 and <= 10) and var seconds)
            return Error(MediaTrouble.BadRequest, $"duration {seconds} is not from 2 to 10.");
        if (needsImage != ask.Names.Contains("promptImage"))
            return Error(MediaTrouble.BadRequest, "promptImage belongs to image_to_video.");
        var job = book.Open(ask, prompt, ask.Number("duration", 0));
        ask.Call.Units["credits"] = job.Amount * CreditsPerSecond;
        return MediaAnswers.Camel(
            new { id = job.Id, estimatedCost = new { credits = job.Amount * CreditsPerSecond } }
        );
    }

    private static IResult Poll(HttpRequest request, string id, JobBook book)
    {
        if (Dialect.Key(request) is null)
            return Error(MediaTrouble.BadKey, "Unauthorized");
        if (book.Find(id) is not { } job)
            return Error(MediaTrouble.NoModel, "Not found");
        return job.Ask() switch
        {
            JobStage.Queued => State(id, "THROTTLED"),
            JobStage.Running => MediaAnswers.Camel(
                new
                {
                    id,
                    status = "RUNNING",
                    progress = job.Progress,
                }
            ),
            JobStage.Odd => State(id, "REHEARSING"),
            JobStage.Failed => Failed(id, "INTERNAL.BAD_OUTPUT.CODE01", "The model broke."),
            JobStage.Filtered => Failed(id, "SAFETY.INPUT.TEXT", "The text is not allowed."),
            JobStage.Cancelled => State(id, "CANCELLED"),
            JobStage.Done => MediaAnswers.Camel(
                new
                {
                    id,
                    status = "SUCCEEDED",
                    output = new[] { JobFiles.Address(request.Origin(), job) },
                    cost = new { credits = job.Amount * CreditsPerSecond },
                }
            ),
            _ => Error(MediaTrouble.NoModel, "Not found"),
        };
    }

    private static IResult Cancel(HttpRequest request, string id, JobBook book)
    {
        if (Dialect.Key(request) is null)
            return Error(MediaTrouble.BadKey, "Unauthorized");
        book.Find(id)?.Cancel();
        return TypedResults.NoContent();
    }

    private static IResult State(string id, string status) =>
        MediaAnswers.Camel(new { id, status });

    private static IResult Failed(string id, string failureCode, string failure) =>
        MediaAnswers.Camel(
            new
            {
                id,
                status = "FAILED",
                failureCode,
                failure,
            }
        );

    private static IResult Error(MediaTrouble trouble, string error) =>
        MediaAnswers.Camel(
            new { error },
            trouble switch
            {
                MediaTrouble.BadKey => 401,
                MediaTrouble.NoModel => 404,
                MediaTrouble.RateLimited => 429,
                MediaTrouble.ServerError => 502,
                MediaTrouble.Unavailable => 503,
                _ => 400,
            }
        );
}
