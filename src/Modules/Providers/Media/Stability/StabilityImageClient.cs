using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Stability;

/// <summary>
/// POST /v2beta/stable-image/…, always as a form, one picture a call. The wire name is what follows it ("generate/core",
/// "generate/sd3:sd3.5-large").
/// </summary>
internal sealed class StabilityImageClient(MediaRoute route) : IImageClient
{
    private static readonly string[] Ratios =
    [
        "16:9",
        "1:1",
        "21:9",
        "2:3",
        "3:2",
        "4:5",
        "5:4",
        "9:16",
        "9:21",
    ];

    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        if (request.Count != 1 || request.Inputs.Count > 1)
            throw call.Failure(
                ProviderErrorKind.BadRequest,
                "makes one picture at a time, from at most one other."
            );
        var name = route.Model.WireName.Split(':', 2);
        var answer = await call.SendForJsonAsync(
            call.Post(
                    $"/v2beta/stable-image/{name[0]}",
                    Form(request, name.Length > 1 ? name[1] : null)
                )
                .WithBearer(route.Target.Key)
                .With("Accept", "application/json"),
            call.Redaction(request.Prompt, request.NegativePrompt),
            cancellation
        );
        // The blurred picture of a refusal is charged there, but nobody wants to have it.
        if (answer.Text("finish_reason") == "CONTENT_FILTERED")
            throw call.Failure(ProviderErrorKind.Refused, "filtered the picture.");
        var bytes =
            answer.Bytes("image")
            ?? throw call.Failure(ProviderErrorKind.Cut, "answered without a picture.");
        var type = MediaTypes.OfBytes(bytes) ?? MediaTypes.OfFormat(request.Format, "image/png");
        yield return new ImageUpdate.Finished(
            [new MediaContent(bytes, type)],
            new MediaUsage(null, new Usage([new(UnitKind.Image, 1, request.Size)]))
        );
    }

    private static MultipartFormDataContent Form(ImageRequest request, string? model)
    {
        var form = new MultipartFormDataContent()
            .Field("prompt", request.Prompt)
            .Field("negative_prompt", request.NegativePrompt)
            .Field("output_format", request.Format)
            .Field("seed", request.Seed)
            .Field("model", model);
        if (request.Inputs.Count == 0)
            return form.Field("aspect_ratio", AspectRatios.Nearest(request.Size, Ratios));
        form.File("image", request.Inputs[0], "image.png");
        if (request.Mask is { } mask)
            form.File("mask", mask, "mask.png");
        // Text and picture together are a mode of their own.
        return model is null
            ? form
            : form.Field("mode", "image-to-image").Field("strength", (double?)0.7);
    }
}
