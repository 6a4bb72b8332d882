using System.Globalization;
using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Bfl;

/// <summary>Black Forest Labs: one picture a job, asked about at exactly the address that the answer gives.</summary>
internal sealed class BflImageClient(MediaRoute route) : IMediaJobClient
{
    private const int MostInputs = 10;
    private const int SideStep = 16;
    private const decimal DollarsPerCredit = 0.01m;

    private readonly MediaCall call = new(route);

    public async Task<MediaJob> CreateAsync(
        MediaRequest request,
        CancellationToken cancellation = default
    )
    {
        var images = call.Asked<ImageRequest>(request);
        if (images.Count != 1 || images.Inputs.Count > MostInputs)
            throw call.Failure(
                ProviderErrorKind.BadRequest,
                $"makes one picture at a time, from at most {MostInputs} others."
            );
        var answer = await call.SendForJsonAsync(
            call.Post($"/{route.Model.WireName}", Body(images), BflJson.Wire.BflRequest)
                .With("x-key", route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        var id = call.Id(answer, "id");
        return new MediaJob(id, Planned.Images(images), PollUrl(answer.Text("polling_url"), id))
        {
            Reported = Planned.Cost(answer.Number("cost") * DollarsPerCredit),
        };
    }

    public Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default) =>
        call.PollAsync(
            call.Get(
                    job.PollUrl is { } url && call.IsTrustedWithKey(url)
                        ? url
                        : $"/get_result?id={Uri.EscapeDataString(job.Id)}"
                )
                .With("x-key", route.Target.Key),
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
        Task.FromResult(false);

    private static BflRequest Body(ImageRequest request)
    {
        var isFill = request.Mask is not null;
        var (width, height) = Sides(request.Size);
        return new BflRequest(request.Prompt)
        {
            Width = width,
            Height = height,
            Seed = request.Seed,
            OutputFormat = request.Format,
            Image = isFill && request.Inputs is [var filled, ..] ? filled.Data : null,
            Mask = request.Mask?.Data,
            Inputs = isFill
                ? null
                : request
                    .Inputs.Index()
                    .ToDictionary(
                        input =>
                            input.Index == 0 ? "input_image" : $"input_image_{input.Index + 1}",
                        input =>
                            JsonSerializer.SerializeToElement(
                                Convert.ToBase64String(input.Item.Data.Span),
                                BflJson.Wire.String
                            )
                    ),
        };
    }

    // Sides are multiples of 16 there.
    private static (int? Width, int? Height) Sides(string? size) =>
        size?.Split('x') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            ? (width / SideStep * SideStep, height / SideStep * SideStep)
            : (null, null);

    private static string? PollUrl(string? url, string id) =>
        url is null || url.Contains("id=", StringComparison.Ordinal)
            ? url
            : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}id={Uri.EscapeDataString(id)}";

    private JobState State(JsonElement answer, MediaJob job)
    {
        var status = answer.Text("status") ?? answer.Text("state");
        return status switch
        {
            "Pending" when answer.Number("progress") is > 0 and var progress =>
                new JobState.Running((double)progress),
            "Pending" => new JobState.Queued(),
            "Ready" => JobAnswers.Result(answer.Look("result").Text("sample")) is { } result
                ? new JobState.Done([result], new MediaUsage(job.Reported, job.Planned))
                : call.Failed(status, null),
            "Error" or "Failed" => call.Failed(status, null),
            "Request Moderated" or "Content Moderated" => call.Failed(status, null),
            "Task not found" => call.Vanished(),
            _ => call.Unknown(status),
        };
    }
}
