using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Runway;

/// <summary>POST /v1/text_to_video or /v1/image_to_video, then GET /v1/tasks/{id}.</summary>
internal sealed class RunwayVideoClient(MediaRoute route) : IMediaJobClient
{
    private const string Version = "2024-11-06";
    private const decimal DollarsPerCredit = 0.01m;

    // UTF-16 units, as they count.
    private const int LongestPrompt = 1_000;

    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var video = call.Asked<VideoRequest>(request);
        if (video.Prompt.Length > LongestPrompt)
            throw call.Failure(
                ProviderErrorKind.TooLong,
                $"takes prompts of at most {LongestPrompt} characters."
            );
        var frames = Frames(video);
        var body = new RunwayRequest(
            route.Model.WireName,
            video.Prompt,
            Ratio(video),
            video.Seconds
        )
        {
            Seed = video.Seed,
            PromptImage = frames.Count > 0 ? frames : null,
        };
        var answer = await call.SendForJsonAsync(
            Signed(
                call.Post(
                    frames.Count > 0 ? "/v1/image_to_video" : "/v1/text_to_video",
                    body,
                    RunwayJson.Wire.RunwayRequest
                )
            ),
            call.Redaction(request.Prompt),
            cancellation
        );
        return new MediaJob(call.Id(answer, "id"), Planned.Video(video));
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            Signed(call.Get(TaskPath(job))),
            (_, answer) => State(answer, job),
            cancellation
        );

    public Task<string> DownloadAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation = default
    ) => new ResultDownload(route).SaveAsync(result, into, rule, cancellation);

    public Task<bool> CancelAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.CancelAsync(Signed(call.Delete(TaskPath(job))), cancellation);

    private static List<RunwayFrame> Frames(VideoRequest video)
    {
        var frames = new List<RunwayFrame>();
        if (video.FirstFrame is { } first)
            frames.Add(new RunwayFrame(DataUrl.Write(first), "first"));
        if (video.LastFrame is { } last)
            frames.Add(new RunwayFrame(DataUrl.Write(last), "last"));
        return frames;
    }

    private static string Ratio(VideoRequest video) =>
        video.AspectRatio switch
        {
            "9:16" => "720:1280",
            "1:1" => "960:960",
            "4:3" => "1104:832",
            "3:4" => "832:1104",
            "21:9" => "1584:672",
            _ => "1280:720",
        };

    private JobState State(JsonElement answer, MediaJob job)
    {
        var status = answer.Text("status");
        return status switch
        {
            // Throttled: it waits for our own other tasks.
            "PENDING" or "THROTTLED" => new JobState.Queued(),
            "RUNNING" => new JobState.Running((double?)answer.Number("progress")),
            "SUCCEEDED" => Done(answer, job),
            "FAILED" => call.Failed(answer.Text("failureCode"), answer.Text("failure")),
            "CANCELLED" => call.Failed(status, null),
            _ => call.Unknown(status),
        };
    }

    private JobState Done(JsonElement answer, MediaJob job)
    {
        var results = answer
            .Items("output")
            .Select(item =>
                item.ValueKind == JsonValueKind.String ? JobAnswers.Result(item.GetString()) : null
            )
            .OfType<JobResult>()
            .ToList();
        var cost = answer.Look("cost");
        return results.Count == 0
            ? call.Failed("no_output", null)
            : new JobState.Done(
                results,
                new MediaUsage(
                    Planned.Cost(cost.Number("credits") * DollarsPerCredit),
                    job.Planned,
                    cost.ValueKind == JsonValueKind.Object ? cost.GetRawText() : null
                )
            );
    }

    private static string TaskPath(MediaJob job) => $"/v1/tasks/{Uri.EscapeDataString(job.Id)}";

    private HttpRequestMessage Signed(HttpRequestMessage request) =>
        request.WithBearer(route.Target.Key).With("X-Runway-Version", Version);
}
