using System.Runtime.CompilerServices;
using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>Image models through generateContent, which draws one picture a call: more pictures are more calls.</summary>
internal sealed class GeminiImageClient(MediaRoute route) : IImageClient
{
    private static readonly string[] Ratios =
    [
        "1:1",
        "2:3",
        "3:2",
        "3:4",
        "4:3",
        "4:5",
        "5:4",
        "9:16",
        "16:9",
        "21:9",
    ];

    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var images = new List<MediaContent>(request.Count);
        var usages = new List<Usage?>(request.Count);
        string? raw = null;
        for (var number = 0; number < request.Count; number++)
        {
            try
            {
                var answer = await DrawAsync(request, number, cancellation);
                images.AddRange(GeminiAnswer.Blobs(answer, "image", call));
                var usage = answer.Look("usageMetadata");
                usages.Add(GeminiMediaUsage.OfContent(usage));
                raw = GeminiMediaUsage.Raw(usage) ?? raw;
            }
            catch (ProviderException) when (images.Count > 0)
            {
                // The pictures that we have are paid for: better fewer than none.
                break;
            }
            if (number + 1 < request.Count)
                yield return new ImageUpdate.Progress((number + 1.0) / request.Count);
        }
        var size = Size(request);
        yield return new ImageUpdate.Finished(
            images,
            new MediaUsage(Sum(usages), new Usage([new(UnitKind.Image, images.Count, size)]), raw)
        );
    }

    private Task<JsonElement> DrawAsync(
        ImageRequest request,
        int number,
        CancellationToken cancellation
    ) =>
        call.SendForJsonAsync(
            call.Post(
                    $"/models/{route.Model.WireName}:generateContent",
                    Body(request, number),
                    GeminiMediaJson.Wire.GeminiContentRequest
                )
                .With("x-goog-api-key", route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );

    private static GeminiContentRequest Body(ImageRequest request, int number)
    {
        var ratio = AspectRatios.Nearest(request.Size, Ratios);
        var parts = request
            .Inputs.Select(input => new GeminiPart(
                InlineData: new GeminiBlob(input.MediaType, input.Data)
            ))
            .Append(new GeminiPart(request.Prompt));
        return new GeminiContentRequest(
            [new GeminiContent([.. parts], "user")],
            new GeminiConfig(["TEXT", "IMAGE"])
            {
                ImageConfig =
                    ratio is null && request.Quality is null
                        ? null
                        : new GeminiImageConfig(ratio, Size(request)),
                // The same seed would draw the same picture again.
                Seed = request.Seed + number,
            }
        );
    }

    private static string? Size(ImageRequest request) =>
        request.Quality
        ?? AspectRatios.LongestSide(request.Size) switch
        {
            null => null,
            <= 1_600 => "1K",
            <= 3_000 => "2K",
            _ => "4K",
        };

    // Each call reports its own; one that said nothing makes the sum unknown.
    private static Usage? Sum(List<Usage?> usages) =>
        usages.Contains(null)
            ? null
            : new Usage([
                .. usages
                    .SelectMany(usage => usage!.Counts)
                    .GroupBy(count => (count.Unit, count.Variant))
                    .Select(same => new UnitCount(
                        same.Key.Unit,
                        same.Sum(count => count.Quantity),
                        same.Key.Variant
                    )),
            ]);
}
