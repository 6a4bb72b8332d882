using System.Runtime.CompilerServices;
using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.OpenAi;

/// <summary>POST /images/generations, and /images/edits as a form when there are pictures to work on.</summary>
internal sealed class OpenAiImageClient(MediaRoute route) : IImageClient
{
    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var redaction = call.Redaction(request.Prompt);
        using var message = Request(request);
        if (request.PartialImages == 0)
        {
            yield return Whole(
                await call.SendForJsonAsync(message, redaction, cancellation),
                request
            );
            yield break;
        }
        var finished = new List<MediaContent>();
        JsonElement last = default;
        await foreach (var happening in call.SendForEventsAsync(message, redaction, cancellation))
        {
            // Some gateways do not stream pictures, asked or not.
            if (happening.Look("data").ValueKind == JsonValueKind.Array)
            {
                yield return Whole(happening, request);
                yield break;
            }
            if (Picture(happening, happening) is not { } picture)
                continue;
            var type = happening.Text("type") ?? "";
            if (type.EndsWith(".partial_image", StringComparison.Ordinal))
            {
                var index = (int?)happening.Count("partial_image_index") ?? 0;
                yield return new ImageUpdate.Partial(index, picture);
            }
            else if (type.EndsWith(".completed", StringComparison.Ordinal))
            {
                finished.Add(picture);
                last = happening;
                // What breaks after the last picture takes nothing away from it.
                if (finished.Count == request.Count)
                    break;
            }
        }
        if (finished.Count == 0)
            throw call.Failure(ProviderErrorKind.Cut, "ended the stream without a picture.");
        yield return Finished(finished, last, request);
    }

    private HttpRequestMessage Request(ImageRequest request)
    {
        var model = route.Model.WireName;
        bool? stream = request.PartialImages > 0 ? true : null;
        int? partial = request.PartialImages > 0 ? request.PartialImages : null;
        if (request.Inputs.Count == 0)
        {
            var body = new OpenAiImageRequest(model, request.Prompt, request.Count)
            {
                Size = request.Size,
                Quality = request.Quality,
                OutputFormat = request.Format,
                OutputCompression = request.Compression,
                Background = request.Background,
                Moderation = request.Moderation,
                Stream = stream,
                PartialImages = partial,
            };
            return call.Post("/images/generations", body, OpenAiMediaJson.Wire.OpenAiImageRequest)
                .WithBearer(route.Target.Key);
        }
        var form = new MultipartFormDataContent()
            .Field("model", model)
            .Field("prompt", request.Prompt)
            .Field("n", (int?)request.Count)
            .Field("size", request.Size)
            .Field("quality", request.Quality)
            .Field("output_format", request.Format)
            .Field("output_compression", request.Compression)
            .Field("background", request.Background)
            .Field("moderation", request.Moderation)
            .Field("input_fidelity", request.InputFidelity)
            .Field("stream", stream is null ? null : "true")
            .Field("partial_images", partial);
        var name = request.Inputs.Count > 1 ? "image[]" : "image";
        foreach (var (at, input) in request.Inputs.Index())
            form.File(name, input, $"image-{at + 1}.{input.MediaType.Split('/')[^1]}");
        if (request.Mask is { } mask)
            form.File("mask", mask, "mask.png");
        return call.Post("/images/edits", form).WithBearer(route.Target.Key);
    }

    private ImageUpdate.Finished Whole(JsonElement answer, ImageRequest request)
    {
        var pictures = answer
            .Items("data")
            .Select(item => Picture(item, answer))
            .OfType<MediaContent>()
            .ToList();
        return pictures.Count > 0
            ? Finished(pictures, answer, request)
            : throw call.Failure(ProviderErrorKind.Cut, "answered without a picture.");
    }

    private static MediaContent? Picture(JsonElement item, JsonElement answer) =>
        item.Bytes("b64_json") is { } bytes
            ? new MediaContent(
                bytes,
                item.Text("media_type")
                    ?? MediaTypes.OfBytes(bytes)
                    ?? MediaTypes.OfFormat(answer.Text("output_format"), "image/png")
            )
            : null;

    // The answer says which size and quality "auto" became.
    private static ImageUpdate.Finished Finished(
        List<MediaContent> pictures,
        JsonElement answer,
        ImageRequest request
    )
    {
        var size = answer.Text("size") ?? request.Size;
        var quality = answer.Text("quality") ?? request.Quality;
        var variant = string.Join('/', new[] { size, quality }.OfType<string>());
        var usage = answer.Look("usage");
        return new ImageUpdate.Finished(
            pictures,
            new MediaUsage(
                OpenAiMediaUsage.Read(usage, UnitKind.ImageOutput),
                new Usage([
                    new(UnitKind.Image, pictures.Count, variant.Length == 0 ? null : variant),
                ]),
                OpenAiMediaUsage.Raw(usage)
            )
        );
    }
}
