using System.Text.Json;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.Replicate;

/// <summary>Replicate at <c>/replicate/v1</c>: predictions of models of the owner "sandbox".</summary>
internal static class ReplicateTwin
{
    private const string Base = "/replicate/v1";
    private static readonly MediaDialect Dialect = new("replicate", OpenAiHeaders.Key, Error);

    public static void MapReplicate(this WebApplication app)
    {
        var group = app.MapGroup(Base);
        group.MapPost(
            "/models/sandbox/{model}/predictions",
            (HttpContext http, string model, MediaDoor door, JobBook book) =>
                door.HandleAsync(http, Dialect, "image", (_, _) => model, ask => Create(ask, book))
        );
        group.MapGet("/predictions/{id}", Poll);
        group.MapPost("/predictions/{id}/cancel", Cancel);
    }

    private static IResult Create(MediaAsk ask, JobBook book)
    {
        if (
            !ask.Json.TryGetProperty("input", out var input)
            || !input.TryGetProperty("prompt", out var prompt)
        )
            return Error(MediaTrouble.BadRequest, "- input: prompt is required");
        var count =
            input.TryGetProperty("num_outputs", out var outputs)
            && outputs.ValueKind == JsonValueKind.Number
                ? outputs.GetInt32()
                : 1;
        var job = book.Open(ask, prompt.ToString(), count);
        ask.Call.Units["images"] = count;
        return Prediction(ask.Http.Request, job, "starting", status: StatusCodes.Status201Created);
    }

    private static IResult Poll(HttpRequest request, string id, JobBook book)
    {
        if (Dialect.Key(request) is null)
            return Error(MediaTrouble.BadKey, "You did not pass a valid authentication token");
        if (book.Find(id) is not { } job)
            return Error(MediaTrouble.NoModel, "The requested resource could not be found.");
        return job.Ask() switch
        {
            JobStage.Queued => Prediction(request, job, "starting"),
            JobStage.Running => Prediction(request, job, "processing"),
            JobStage.Odd => Prediction(request, job, "hibernating"),
            JobStage.Failed => Prediction(request, job, "failed", error: "CUDA out of memory"),
            JobStage.Filtered => Prediction(request, job, "failed", error: "NSFW content detected"),
            JobStage.Cancelled => Prediction(request, job, "canceled"),
            JobStage.Done => Prediction(request, job, "succeeded", Output(request, job)),
            _ => Error(MediaTrouble.NoModel, "The requested resource could not be found."),
        };
    }

    private static IResult Cancel(HttpRequest request, string id, JobBook book)
    {
        if (Dialect.Key(request) is null)
            return Error(MediaTrouble.BadKey, "You did not pass a valid authentication token");
        if (book.Find(id) is not { } job)
            return Error(MediaTrouble.NoModel, "The requested resource could not be found.");
        job.Cancel();
        return Prediction(request, job, "canceled");
    }

    // By model it is a string or a list.
    private static object Output(HttpRequest request, SandboxJob job) =>
        job.Amount == 1
            ? JobFiles.Address(request.Origin(), job)
            : Enumerable
                .Range(0, job.Amount)
                .Select(number => JobFiles.Address(request.Origin(), job, number));

    private static IResult Prediction(
        HttpRequest request,
        SandboxJob job,
        string state,
        object? output = null,
        string? error = null,
        int status = StatusCodes.Status200OK
    )
    {
        var self = $"{request.Origin()}{Base}/predictions/{job.Id}";
        return MediaAnswers.Json(
            new
            {
                id = job.Id,
                status = state,
                model = $"sandbox/{job.Model.Name}",
                output,
                error,
                logs = "",
                metrics = new { predict_time = 2.1 },
                urls = new { get = self, cancel = self + "/cancel" },
                data_removed = false,
            },
            status
        );
    }

    private static IResult Error(MediaTrouble trouble, string detail)
    {
        var (status, title) = trouble switch
        {
            MediaTrouble.BadRequest => (422, "Input validation failed"),
            MediaTrouble.BadKey => (401, "Unauthenticated"),
            MediaTrouble.OutOfMoney => (402, "Insufficient credit"),
            MediaTrouble.NoModel => (404, "Not found"),
            MediaTrouble.RateLimited => (429, "Too many requests"),
            MediaTrouble.Unavailable => (503, "Service unavailable"),
            _ => (500, "Internal server error"),
        };
        return MediaAnswers.Json(
            new
            {
                title,
                detail,
                status,
            },
            status
        );
    }
}
