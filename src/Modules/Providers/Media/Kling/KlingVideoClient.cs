using System.Globalization;
using System.Text.Json;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Kling;

/// <summary>POST /v1/videos/text2video or image2video, then the same path with the task's id. A code but 0 is an error, under any status.</summary>
internal sealed class KlingVideoClient(MediaRoute route) : IMediaJobClient
{
    private const string FromText = "/v1/videos/text2video";
    private const string FromImage = "/v1/videos/image2video";

    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var video = call.Asked<VideoRequest>(request);
        var redaction = call.Redaction(request.Prompt, video.NegativePrompt);
        var path = video.FirstFrame is null ? FromText : FromImage;
        var body = new KlingRequest(
            route.Model.WireName,
            video.Prompt,
            video.Resolution == "1080p" ? "pro" : "std",
            video.Seconds.ToString(CultureInfo.InvariantCulture),
            video.AspectRatio
        )
        {
            NegativePrompt = video.NegativePrompt,
            Image = video.FirstFrame?.Data,
            ImageTail = video.LastFrame?.Data,
        };
        var answer = Checked(
            await call.SendForJsonAsync(
                Signed(call.Post(path, body, KlingJson.Wire.KlingRequest)),
                redaction,
                cancellation
            ),
            redaction
        );
        var id = call.Id(answer.Look("data"), "task_id");
        return new MediaJob(id, Planned.Video(video), $"{path}/{Uri.EscapeDataString(id)}");
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            Signed(call.Get(job.PollUrl ?? $"{FromText}/{Uri.EscapeDataString(job.Id)}")),
            (_, answer) => State(Checked(answer, call.Redaction()).Look("data"), job),
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

    private JsonElement Checked(JsonElement answer, Redaction redaction)
    {
        if (answer.Count("code") is null or 0)
            return answer;
        var code = answer.Count("code")!.Value;
        throw ProviderErrors.From(
            route.Target.ProviderId,
            new ErrorBody(answer.Text("message"), Meaning(code), $"{code}"),
            redaction
        );
    }

    // Their numbers, in the words that all providers share.
    private static string? Meaning(long code) =>
        code switch
        {
            >= 1000 and < 1100 => "authentication",
            1101 or 1102 => "insufficient_balance",
            1103 => "permission_denied",
            1201 => "invalid_request_error",
            1202 or 1203 => "not_found",
            1301 => "content_policy_violation",
            1302 or 1303 or 1304 => "rate_limit_exceeded",
            >= 5000 => "server_error",
            _ => null,
        };

    private JobState State(JsonElement data, MediaJob job)
    {
        var status = data.Text("task_status");
        return status switch
        {
            "submitted" => new JobState.Queued(),
            "processing" => new JobState.Running(),
            "succeed" => Done(data, job),
            "failed" => call.Failed(status, data.Text("task_status_msg")),
            _ => call.Unknown(status),
        };
    }

    private JobState Done(JsonElement data, MediaJob job)
    {
        var results = data.Look("task_result")
            .Items("videos")
            .Select(video => JobAnswers.Result(video.Text("url")))
            .OfType<JobResult>()
            .ToList();
        return results.Count == 0
            ? call.Failed("no_output", null)
            : new JobState.Done(results, new MediaUsage(null, job.Planned));
    }

    private HttpRequestMessage Signed(HttpRequestMessage request) =>
        request.WithBearer(KlingToken.Of(route.Target.Key, route.Time.GetUtcNow()));
}
