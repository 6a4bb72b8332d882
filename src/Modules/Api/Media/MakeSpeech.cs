using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>POST /v1/audio/speech: the sound's bytes as they come, or events with stream_format "sse".</summary>
internal sealed class MakeSpeech(MediaCalls calls, IMediaRuns runs)
{
    private const int LongestText = 4_096;

    private sealed record Ask(SpeechCall Call, bool Events);

    public Task HandleAsync(HttpContext context, ApiCaller caller) =>
        calls.HandleAsync<Ask, object>(
            context,
            caller,
            async () =>
            {
                var fields = await MediaFields.ReadAsync(context.Request);
                var text = fields.Needed("input");
                if (text.Length > LongestText)
                    throw RefusedRequestException.Invalid(
                        $"'input' is longer than {LongestText} characters. Send it in parts.",
                        "input"
                    );
                var call = new SpeechCall(text, Voice(fields))
                {
                    Format = fields.OneOf(
                        "response_format",
                        "mp3",
                        "opus",
                        "aac",
                        "flac",
                        "wav",
                        "pcm"
                    ),
                    Speed = Speed(fields),
                    Instructions = fields.Text("instructions"),
                };
                return (
                    new MediaAsk(
                        fields.Text("model") ?? "",
                        ModelGroup.Audio,
                        SpendCategory.Audio,
                        MediaPlan.Of(call)
                    ),
                    new Ask(call, fields.OneOf("stream_format", "audio", "sse") == "sse")
                );
            },
            async (run, ask) =>
                await runs.SpeakAsync(
                    run,
                    ask.Call,
                    (type, bytes) => WriteAsync(context.Response, ask, type, bytes)
                )
                    ? ask
                    : null,
            (ask, _, end) => EndAsync(context.Response, ask, end)
        );

    /// <summary>A name, or an object with an id.</summary>
    private static string Voice(MediaFields fields) =>
        fields.Json.Member("voice") is { ValueKind: JsonValueKind.Object } voice
            ? voice.Needed("id")
            : fields.Needed("voice");

    private static double? Speed(MediaFields fields) =>
        fields.Number("speed") switch
        {
            null => null,
            >= 0.25 and <= 4 and var speed => speed,
            _ => throw RefusedRequestException.Invalid("'speed' must be from 0.25 to 4.", "speed"),
        };

    private static async Task WriteAsync(
        HttpResponse response,
        Ask ask,
        string mediaType,
        ReadOnlyMemory<byte> bytes
    )
    {
        // The caller may have gone; the provider's work is paid for all the same.
        if (response.HttpContext.RequestAborted.IsCancellationRequested)
            return;
        if (!response.HasStarted)
            response.ContentType = ask.Events ? "text/event-stream; charset=utf-8" : mediaType;
        if (ask.Events)
            await response.WriteAsync(
                $"data: {{\"type\":\"speech.audio.delta\",\"audio\":\"{Convert.ToBase64String(bytes.Span)}\"}}\n\n",
                CancellationToken.None
            );
        else
            await response.Body.WriteAsync(bytes);
        await response.Body.FlushAsync(CancellationToken.None);
    }

    private static async Task EndAsync(HttpResponse response, Ask ask, DirectEnd end)
    {
        if (!ask.Events)
            return;
        using var data = new MemoryStream();
        await using (var json = new Utf8JsonWriter(data, MediaFields.AsItIs))
        {
            json.WriteStartObject();
            json.WriteString("type", "speech.audio.done");
            MediaFields.WriteUsage(json, end);
            json.WriteEndObject();
        }

        await response.WriteAsync("data: ", CancellationToken.None);
        await response.Body.WriteAsync(data.GetBuffer().AsMemory(0, (int)data.Length));
        await response.WriteAsync("\n\n", CancellationToken.None);
    }
}
