using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Xai;

/// <summary>POST /images/generations and, in JSON too, /images/edits. It knows no sizes.</summary>
internal sealed class XaiImageClient(MediaRoute route) : IImageClient
{
    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var isEdit = request.Inputs.Count > 0;
        var body = new XaiImageRequest(route.Model.WireName, request.Prompt, request.Count)
        {
            Images = isEdit
                ?
                [
                    .. request.Inputs.Select(input => new XaiInput(DataUrl.Write(input))
                    {
                        Type = "image_url",
                    }),
                ]
                : null,
        };
        var answer = await call.SendForJsonAsync(
            call.Post(
                    isEdit ? "/images/edits" : "/images/generations",
                    body,
                    XaiMediaJson.Wire.XaiImageRequest
                )
                .WithBearer(route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        var images = answer
            .Items("data")
            .Select(item =>
                item.Bytes("b64_json") is { } bytes
                    ? new MediaContent(
                        bytes,
                        item.Text("mime_type") ?? MediaTypes.OfBytes(bytes) ?? "image/jpeg"
                    )
                    : null
            )
            .OfType<MediaContent>()
            .ToList();
        if (images.Count == 0)
            throw call.Failure(ProviderErrorKind.Cut, "answered without a picture.");
        yield return new ImageUpdate.Finished(
            images,
            XaiMediaUsage.Read(answer.Look("usage"), new Usage([new(UnitKind.Image, images.Count)]))
        );
    }
}
