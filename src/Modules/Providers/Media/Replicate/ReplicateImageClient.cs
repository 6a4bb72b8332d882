using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Replicate;

/// <summary>Predictions: the wire name is "owner/name", or "owner/name:version" for models of the community.</summary>
internal sealed class ReplicateImageClient(MediaRoute route) : IMediaJobClient
{
    private static readonly string[] Ratios =
    [
        "1:1",
        "16:9",
        "9:16",
        "3:2",
        "2:3",
        "4:3",
        "3:4",
        "4:5",
        "5:4",
        "21:9",
    ];

    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var images = call.Asked<ImageRequest>(request);
        var name = route.Model.WireName.Split(':', 2);
        var body = new ReplicateRequest(Input(images))
        {
            Version = name.Length > 1 ? name[1] : null,
        };
        var answer = await call.SendForJsonAsync(
            call.Post(
                    name.Length > 1 ? "/predictions" : $"/models/{name[0]}/predictions",
                    body,
                    ReplicateJson.Wire.ReplicateRequest
                )
                .WithBearer(route.Target.Key),
            call.Redaction(request.Prompt, images.NegativePrompt),
            cancellation
        );
        var urls = answer.Look("urls");
        return new MediaJob(
            call.Id(answer, "id"),
            Planned.Images(images),
            urls.Text("get"),
            urls.Text("cancel")
        );
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            call.Get(Own(job.PollUrl) ?? Prediction(job)).WithBearer(route.Target.Key),
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
        call.CancelAsync(
            call.Post(Own(job.CancelUrl) ?? $"{Prediction(job)}/cancel")
                .WithBearer(route.Target.Key),
            cancellation
        );

    private static ReplicateInput Input(ImageRequest request) =>
        new(request.Prompt)
        {
            AspectRatio = AspectRatios.Nearest(request.Size, Ratios),
            OutputFormat = request.Format,
            NegativePrompt = request.NegativePrompt,
            Seed = request.Seed,
            NumOutputs = request.Count == 1 ? null : request.Count,
            Image = request.Inputs.Count > 0 ? DataUrl.Write(request.Inputs[0]) : null,
            Mask = request.Mask is { } mask ? DataUrl.Write(mask) : null,
        };

    private string? Own(string? url) => url is not null && call.IsTrustedWithKey(url) ? url : null;

    private static string Prediction(MediaJob job) =>
        $"/predictions/{Uri.EscapeDataString(job.Id)}";

    private JobState State(JsonElement answer, MediaJob job)
    {
        var status = answer.Text("status");
        return status switch
        {
            "starting" => new JobState.Queued(),
            "processing" => new JobState.Running(),
            "succeeded" => Results(answer.Look("output")) is { Count: > 0 } results
                ? new JobState.Done(results, new MediaUsage(null, job.Planned, Metrics(answer)))
                : call.Failed("no_output", null),
            "failed" or "canceled" or "aborted" => call.Failed(status, answer.Text("error")),
            _ => call.Unknown(status),
        };
    }

    // A string, a list of strings, or an object that has them, by model.
    private static List<JobResult> Results(JsonElement output) =>
        output.ValueKind switch
        {
            JsonValueKind.String => [.. One(output.GetString())],
            JsonValueKind.Array => [.. output.EnumerateArray().SelectMany(Results)],
            JsonValueKind.Object =>
            [
                .. output.EnumerateObject().SelectMany(member => Results(member.Value)),
            ],
            _ => [],
        };

    private static IEnumerable<JobResult> One(string? text) =>
        JobAnswers.Result(text) is { } result ? [result] : [];

    private static string? Metrics(JsonElement answer) =>
        answer.Look("metrics") is { ValueKind: JsonValueKind.Object } metrics
            ? metrics.GetRawText()
            : null;
}
