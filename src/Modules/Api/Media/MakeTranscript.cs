using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>POST /v1/audio/transcriptions: a form with the file.</summary>
internal sealed class MakeTranscript(MediaCalls calls, IMediaRuns runs)
{
    private const int LargestFile = 25 * 1024 * 1024;

    private sealed record Ask(TranscriptCall Call, string Format);

    public Task HandleAsync(HttpContext context, ApiCaller caller) =>
        calls.HandleAsync<Ask, TranscriptMade>(
            context,
            caller,
            async () =>
            {
                if (!context.Request.HasFormContentType)
                    throw RefusedRequestException.Invalid(
                        "Send a form (multipart/form-data) with 'file' and 'model'."
                    );
                var fields = await MediaFields.ReadAsync(context.Request);
                if (fields.Flag("stream"))
                    throw RefusedRequestException.Unsupported("stream", "the text comes whole.");
                var file = (await fields.FilesAsync("file")) is [var only]
                    ? only
                    : throw RefusedRequestException.Invalid("Send one 'file'.", "file");
                if (file.Data.Length is 0 or > LargestFile)
                    throw RefusedRequestException.Invalid(
                        "'file' is empty or larger than 25 MB. Send it in parts.",
                        "file"
                    );
                var format =
                    fields.OneOf("response_format", "json", "text", "srt", "vtt", "verbose_json")
                    ?? "json";
                var call = new TranscriptCall(file)
                {
                    WithSegments = format is "srt" or "vtt" or "verbose_json",
                    WithWords = fields
                        .List("timestamp_granularities")
                        .Contains("word", StringComparer.Ordinal),
                    Language = fields.Text("language"),
                    Prompt = fields.Text("prompt"),
                    Temperature = fields.Number("temperature"),
                };
                return (
                    new MediaAsk(
                        fields.Text("model") ?? "",
                        ModelGroup.Audio,
                        SpendCategory.Audio,
                        MediaPlan.Of(call)
                    ),
                    new Ask(call, format)
                );
            },
            (run, ask) => runs.TranscribeAsync(run, ask.Call),
            (ask, made, end) => WriteAsync(context.Response, ask, made, end)
        );

    private static async Task WriteAsync(
        HttpResponse response,
        Ask ask,
        TranscriptMade made,
        DirectEnd end
    )
    {
        if (ask.Format is "text" or "srt" or "vtt")
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(
                ask.Format switch
                {
                    "srt" => made.Srt,
                    "vtt" => made.Vtt,
                    _ => made.Text + "\n",
                },
                CancellationToken.None
            );
            return;
        }

        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, MediaFields.AsItIs);
        json.WriteStartObject();
        json.WriteString("text", made.Text);
        if (ask.Format == "verbose_json")
            Details(json, made);
        json.WriteStartObject("usage");
        if (end.Usage?.Of(UnitKind.AudioSecond) is > 0 and var seconds)
        {
            json.WriteString("type", "duration");
            json.WriteNumber("seconds", seconds);
        }

        json.WriteString("cost_rub", end.Charged.ToInvariantNumber());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Details(Utf8JsonWriter json, TranscriptMade made)
    {
        json.WriteString("task", "transcribe");
        json.WriteString("language", made.Language ?? "");
        json.WriteNumber(
            "duration",
            made.Duration?.TotalSeconds
                ?? made.Segments.Select(part => part.End).DefaultIfEmpty(0).Max()
        );
        json.WriteStartArray("segments");
        foreach (var (part, id) in made.Segments.Select((part, id) => (part, id)))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteNumber("start", part.Start);
            json.WriteNumber("end", part.End);
            json.WriteString("text", part.Text);
            if (part.Speaker is { } speaker)
                json.WriteString("speaker", speaker);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (made.Words.Count == 0)
            return;
        json.WriteStartArray("words");
        foreach (var word in made.Words)
        {
            json.WriteStartObject();
            json.WriteString("word", word.Text);
            json.WriteNumber("start", word.Start);
            json.WriteNumber("end", word.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
