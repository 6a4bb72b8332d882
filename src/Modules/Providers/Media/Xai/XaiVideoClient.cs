using System.Net;
using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Xai;

/// <summary>POST /videos/generations, then GET /videos/{id}: 202 while it runs, 200 at the end.</summary>
internal sealed class XaiVideoClient(MediaRoute route) : IMediaJobClient
{
    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var video = call.Asked<VideoRequest>(request);
        var body = new XaiVideoRequest(
            route.Model.WireName,
            video.Prompt,
            video.Seconds,
            video.Resolution
        )
        {
            Image = video.FirstFrame is { } frame ? new XaiInput(DataUrl.Write(frame)) : null,
        };
        var answer = await call.SendForJsonAsync(
            call.Post("/videos/generations", body, XaiMediaJson.Wire.XaiVideoRequest)
                .WithBearer(route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        return new MediaJob(call.Id(answer, "request_id"), Planned.Video(video));
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            call.Get($"/videos/{Uri.EscapeDataString(job.Id)}").WithBearer(route.Target.Key),
            (answer, root) => State(answer.Status, root, job),
            cancellation
        );

    public Task<string> DownloadAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation = default
    ) => new ResultDownload(route).SaveAsync(result, into, rule, cancellation);

    public Task<bool> CancelAsync(MediaJob job, CancellationToken cancellation = default) =>
        Task.FromResult(false);

    private JobState State(int status, JsonElement root, MediaJob job) =>
        root.Text("status") switch
        {
            "pending" when root.Number("progress") is > 0 and var progress => new JobState.Running(
                (double)progress / 100
            ),
            "pending" => new JobState.Queued(),
            "done" => Done(root, job),
            "failed" => call.Failed(Code(root), root.Text("error")),
            "expired" => call.Vanished(),
            null when status == (int)HttpStatusCode.Accepted => new JobState.Running(),
            var other => call.Unknown(other),
        };

    private JobState Done(JsonElement root, MediaJob job)
    {
        var video = root.Look("video");
        // Ready, but held back by their moderation.
        if (JobAnswers.Result(video.Text("url")) is not { } result)
            return new JobState.Refused($"{route.Target.ProviderId} held the video back.");
        return new JobState.Done([result], XaiMediaUsage.Read(root.Look("usage"), job.Planned));
    }

    private static string? Code(JsonElement root) =>
        root.Text("code") ?? root.Look("error").Text("code");
}
