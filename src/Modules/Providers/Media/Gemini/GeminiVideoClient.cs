using System.Globalization;
using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>Omni models through the Interactions API in the background: the only way to video there.</summary>
internal sealed class GeminiVideoClient(MediaRoute route) : IMediaJobClient
{
    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var video = call.Asked<VideoRequest>(request);
        var answer = await call.SendForJsonAsync(
            Signed(
                call.Post(
                    "/interactions",
                    Body(video),
                    GeminiInteractionJson.Wire.GeminiInteraction
                )
            ),
            call.Redaction(request.Prompt),
            cancellation
        );
        return new MediaJob(call.Id(answer, "id"), Planned.Video(video));
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            Signed(call.Get($"/interactions/{Uri.EscapeDataString(job.Id)}")),
            (_, answer) => State(answer, job),
            cancellation
        );

    public Task<string> DownloadAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation = default
    ) => new ResultDownload(route, Signed).SaveAsync(result, into, rule, cancellation);

    public Task<bool> CancelAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.CancelAsync(
            Signed(call.Post($"/interactions/{Uri.EscapeDataString(job.Id)}/cancel")),
            cancellation
        );

    private GeminiInteraction Body(VideoRequest video)
    {
        var inputs = new List<GeminiInput> { new("text") { Text = video.Prompt } };
        foreach (var frame in new[] { video.FirstFrame, video.LastFrame }.OfType<MediaContent>())
            inputs.Add(new GeminiInput("image") { Data = frame.Data, MimeType = frame.MediaType });
        return new GeminiInteraction(
            route.Model.WireName,
            inputs,
            new GeminiResponseFormat(
                "video",
                video.Resolution,
                video.AspectRatio,
                string.Create(CultureInfo.InvariantCulture, $"{video.Seconds}s"),
                "uri"
            ),
            Background: true,
            Store: true
        )
        {
            GenerationConfig = new GeminiGenerationConfig(
                video.Seed,
                new GeminiVideoConfig(inputs.Count > 1 ? "image_to_video" : "text_to_video")
            ),
        };
    }

    private JobState State(JsonElement answer, MediaJob job) =>
        answer.Text("status") switch
        {
            "queued" => new JobState.Queued(),
            "in_progress" => new JobState.Running(),
            "completed" => Completed(answer, job),
            "failed" or "incomplete" => call.Failed(
                answer.Look("error").Text("code"),
                answer.Look("error").Text("message")
            ),
            "cancelled" or "budget_exceeded" or "requires_action" or "requires_continuation" =>
                call.Failed(answer.Text("status"), null),
            var other => call.Unknown(other),
        };

    private JobState Completed(JsonElement answer, MediaJob job)
    {
        var results = answer
            .Items("steps")
            .Concat(answer.Items("outputs"))
            .SelectMany(step => step.Items("content").Append(step))
            .Where(content => content.Text("type") == "video")
            .Select(content =>
                content.Bytes("data") is { } bytes
                    ? new JobResult(null, new(bytes, content.Text("mime_type") ?? "video/mp4"))
                : JobAnswers.Address(content.Text("uri")) is { } address ? new JobResult(address)
                : null
            )
            .OfType<JobResult>()
            .ToList();
        var usage = answer.Look("usage");
        // Ended well and without a film: that is how it refuses.
        return results.Count == 0
            ? new JobState.Refused($"{route.Target.ProviderId} completed without a video.")
            : new JobState.Done(
                results,
                new MediaUsage(
                    GeminiMediaUsage.OfInteraction(usage),
                    job.Planned,
                    GeminiMediaUsage.Raw(usage)
                )
            );
    }

    private HttpRequestMessage Signed(HttpRequestMessage request) =>
        request.With("x-goog-api-key", route.Target.Key);
}
