using System.Collections.Concurrent;

namespace NetRoom.Sandbox.Media;

/// <summary>How far a job is when it is asked about.</summary>
internal enum JobStage
{
    Queued,
    Running,

    /// <summary>Running, by a word that no reference has.</summary>
    Odd,
    Done,
    Failed,
    Filtered,
    Vanished,
    Cancelled,
}

/// <summary>A job of any provider. It goes on by being asked, so that tests need no time.</summary>
internal sealed class SandboxJob(string id, MediaModel model, string prompt)
{
    private int asked;

    public string Id => id;
    public MediaModel Model => model;
    public string Prompt => prompt;
    public bool IsCancelled { get; private set; }

    /// <summary>Seconds of video, or how many pictures.</summary>
    public int Amount { get; init; } = 1;
    public string Size { get; init; } = "";

    public bool IsExpired => model.Fault == MediaFault.ExpiredUrl;

    /// <summary>0 to 1, of the last answer.</summary>
    public double Progress { get; private set; }

    public JobStage Ask()
    {
        var step = Interlocked.Increment(ref asked);
        if (IsCancelled)
            return JobStage.Cancelled;
        if (step == 1)
            return JobStage.Queued;
        (var stage, Progress) = (model.Fault, step) switch
        {
            (MediaFault.Slow, _) => (JobStage.Running, 0.1),
            (MediaFault.Vanish, _) => (JobStage.Vanished, 0),
            (MediaFault.Fail, _) => (JobStage.Failed, 0.5),
            (MediaFault.Filtered, _) => (JobStage.Filtered, 0.5),
            (MediaFault.OddStatus, 2) => (JobStage.Odd, 0.4),
            (_, 2) => (JobStage.Running, 0.4),
            _ => (JobStage.Done, 1.0),
        };
        return stage;
    }

    public void Cancel() => IsCancelled = true;
}

internal sealed class JobBook
{
    private readonly ConcurrentDictionary<string, SandboxJob> jobs = new(StringComparer.Ordinal);

    public SandboxJob Open(
        MediaAsk ask,
        string prompt,
        int amount = 1,
        string size = "",
        string? id = null
    )
    {
        var job = new SandboxJob(id ?? Guid.CreateVersion7().ToString("N"), ask.Model, prompt)
        {
            Amount = amount,
            Size = size,
        };
        jobs[job.Id] = job;
        return job;
    }

    public SandboxJob? Find(string id) => jobs.GetValueOrDefault(id);

    public void Clear() => jobs.Clear();
}

/// <summary><c>GET /_media/{job}/{number}</c>: the files of finished jobs, where no key is asked for.</summary>
internal static class JobFiles
{
    public static void MapJobFiles(this WebApplication app) =>
        app.MapGet(
            "/_media/{id}/{number:int}",
            IResult (string id, int number, JobBook book) =>
                book.Find(id) switch
                {
                    null => TypedResults.NotFound(),
                    { IsExpired: true } => TypedResults.Text(
                        "<Error><Code>AccessDenied</Code></Error>",
                        "application/xml",
                        statusCode: StatusCodes.Status403Forbidden
                    ),
                    var job => File(job, number),
                }
        );

    public static string Address(MediaAsk ask, SandboxJob job, int number = 0) =>
        Address(ask.Origin, job, number);

    public static string Address(string origin, SandboxJob job, int number = 0) =>
        $"{origin}/_media/{job.Id}/{number}";

    public static IResult File(SandboxJob job, int number = 0) =>
        job.Model.Kind switch
        {
            "video" => MediaAnswers.File(MadeUp.Film(job.Prompt), "video/mp4"),
            _ => MediaAnswers.File(MadeUp.Picture($"{job.Prompt}{number}", job.Size), "image/png"),
        };
}
