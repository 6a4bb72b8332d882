using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>POST /v1/images/generations and /v1/images/edits, as OpenAI's GPT image models take them; pictures come as base64.</summary>
internal sealed class MakeImages(
    MediaCalls calls,
    IMediaRuns runs,
    LinkedFiles links,
    TimeProvider clock
)
{
    private const int LongestPrompt = 32_000;
    private const int MostInputs = 16;

    private sealed record Ask(ImagesCall Call, bool Stream, string Event);

    public Task GenerateAsync(HttpContext context, ApiCaller caller) =>
        HandleAsync(
            context,
            caller,
            "image_generation",
            (_, _) => Task.FromResult<(List<MediaFile>, MediaFile?)>(([], null))
        );

    public Task EditAsync(HttpContext context, ApiCaller caller) =>
        HandleAsync(context, caller, "image_edit", InputsAsync);

    private Task HandleAsync(
        HttpContext context,
        ApiCaller caller,
        string kind,
        Func<MediaFields, CancellationToken, Task<(List<MediaFile> Inputs, MediaFile? Mask)>> inputs
    ) =>
        calls.HandleAsync<Ask, ImagesMade>(
            context,
            caller,
            async () =>
            {
                var fields = await MediaFields.ReadAsync(context.Request);
                var (files, mask) = await inputs(fields, context.RequestAborted);
                var ask = new Ask(
                    Call(fields) with
                    {
                        Inputs = files,
                        Mask = mask,
                    },
                    fields.Flag("stream"),
                    kind
                );
                return (
                    new MediaAsk(
                        fields.Text("model") ?? "",
                        ModelGroup.Image,
                        SpendCategory.Image,
                        MediaPlan.Of(ask.Call)
                    ),
                    ask
                );
            },
            (run, ask) =>
                runs.ImagesAsync(
                    run,
                    ask.Call,
                    ask.Stream
                        ? (index, image) => PartialAsync(context.Response, ask, index, image)
                        : null
                ),
            (ask, made, end) => WriteAsync(context.Response, ask, made, end)
        );

    private static ImagesCall Call(MediaFields fields)
    {
        if (fields.Text("response_format") is { } format and not "b64_json")
            throw RefusedRequestException.Unsupported(
                "response_format",
                $"'{format}' would need a store of pictures. They come as base64 (b64_json)."
            );
        var prompt = fields.Needed("prompt");
        if (prompt.Length > LongestPrompt)
            throw RefusedRequestException.Invalid(
                $"'prompt' is longer than {LongestPrompt} characters.",
                "prompt"
            );
        return new ImagesCall(prompt)
        {
            Count = fields.Whole("n", 1, 10) ?? 1,
            Size = fields.Text("size"),
            Quality = fields.Text("quality"),
            Format = fields.Text("output_format"),
            Compression = fields.Whole("output_compression", 0, 100),
            Background = fields.Text("background"),
            Moderation = fields.Text("moderation"),
            InputFidelity = fields.Text("input_fidelity"),
            PartialImages = fields.Whole("partial_images", 0, 3) ?? 0,
        };
    }

    private async Task<(List<MediaFile>, MediaFile?)> InputsAsync(
        MediaFields fields,
        CancellationToken gone
    )
    {
        var fetched = new LinkedFiles.Fetching();
        var files = await fields.FilesAsync("image");
        var mask = (await fields.FilesAsync("mask")).FirstOrDefault();
        if (fields.Json.ValueKind == JsonValueKind.Object)
        {
            foreach (var image in fields.Json.Items("images").Take(MostInputs + 1))
                files.Add(await FileAsync(image));
            if (fields.Json.Member("mask") is { } masked)
                mask = await FileAsync(masked);
        }

        return files.Count is > 0 and <= MostInputs
            ? (files, mask)
            : throw RefusedRequestException.Invalid(
                $"Send 1 to {MostInputs} pictures as 'image'.",
                "image"
            );

        async Task<MediaFile> FileAsync(JsonElement image)
        {
            var content = JsonFields.Media(image.Needed("image_url"), "image/*");
            var file =
                content as DataContent
                ?? await links.FetchAsync((UriContent)content, fetched, gone);
            return new MediaFile(file.Data, file.MediaType);
        }
    }

    private async Task WriteAsync(HttpResponse response, Ask ask, ImagesMade made, DirectEnd end)
    {
        if (ask.Stream)
        {
            foreach (var image in made.Images)
                await EventAsync(
                    response,
                    ask.Event + ".completed",
                    json =>
                    {
                        Describe(json, ask.Call, image);
                        MediaFields.WriteUsage(json, end);
                    }
                );
            return;
        }

        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, MediaFields.AsItIs);
        json.WriteStartObject();
        json.WriteNumber("created", clock.GetUtcNow().ToUnixTimeSeconds());
        if (ask.Call.Size is { } size)
            json.WriteString("size", size);
        if (ask.Call.Quality is { } quality)
            json.WriteString("quality", quality);
        json.WriteString("output_format", Extension(made.Images[0]));
        json.WriteStartArray("data");
        foreach (var image in made.Images)
        {
            json.WriteStartObject();
            json.WriteBase64String("b64_json", image.Data.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        MediaFields.WriteUsage(json, end);
        json.WriteEndObject();
    }

    private Task PartialAsync(HttpResponse response, Ask ask, int index, MediaFile image) =>
        EventAsync(
            response,
            ask.Event + ".partial_image",
            json =>
            {
                json.WriteNumber("partial_image_index", index);
                Describe(json, ask.Call, image);
            }
        );

    private void Describe(Utf8JsonWriter json, ImagesCall call, MediaFile image)
    {
        json.WriteBase64String("b64_json", image.Data.Span);
        json.WriteNumber("created_at", clock.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("size", call.Size ?? "auto");
        json.WriteString("quality", call.Quality ?? "auto");
        json.WriteString("background", call.Background ?? "auto");
        json.WriteString("output_format", Extension(image));
    }

    private static async Task EventAsync(
        HttpResponse response,
        string type,
        Action<Utf8JsonWriter> write
    )
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        using var data = new MemoryStream();
        await using (var json = new Utf8JsonWriter(data, MediaFields.AsItIs))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        await response.WriteAsync($"event: {type}\ndata: ", CancellationToken.None);
        await response.Body.WriteAsync(data.GetBuffer().AsMemory(0, (int)data.Length));
        await response.WriteAsync("\n\n", CancellationToken.None);
        await response.Body.FlushAsync(CancellationToken.None);
    }

    private static string Extension(MediaFile image) =>
        image.MediaType[(image.MediaType.LastIndexOf('/') + 1)..];
}
