using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.ElevenLabs;

/// <summary>POST /v1/speech-to-text: words with times, which make segments at the ends of sentences.</summary>
internal sealed class ElevenLabsTranscriptionClient(MediaRoute route) : ITranscriptionClient
{
    private readonly MediaCall call = new(route);

    public async Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    )
    {
        var form = new MultipartFormDataContent()
            .Field("model_id", route.Model.WireName)
            .Field("language_code", request.Language)
            .Field("temperature", request.Temperature)
            .Field(
                "timestamps_granularity",
                request.Detail == TranscriptDetail.Text ? "none" : "word"
            )
            .File("file", request.Audio, request.FileName);
        var answer = await call.SendForJsonAsync(
            call.Post("/v1/speech-to-text", form).With("xi-api-key", route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        var seconds = answer.Number("audio_duration_secs");
        var duration = seconds is { } length
            ? TimeSpan.FromSeconds((double)length)
            : request.Duration;
        var pieces = answer.Items("words").ToList();
        return new Transcript(
            answer.Text("text")
                ?? throw call.Failure(ProviderErrorKind.Cut, "answered without a transcript."),
            new MediaUsage(null, Heard.For(duration))
        )
        {
            Language = answer.Text("language_code"),
            Duration = duration,
            Words = [.. pieces.Where(IsWord).Select(Heard.Word)],
            Segments = request.Detail == TranscriptDetail.Text ? [] : Sentences(pieces),
        };
    }

    private static bool IsWord(JsonElement piece) => piece.Text("type") is null or "word";

    private static List<TranscriptSegment> Sentences(List<JsonElement> pieces)
    {
        var sentences = new List<TranscriptSegment>();
        var open = new List<JsonElement>();
        foreach (var piece in pieces)
        {
            open.Add(piece);
            if (piece.Text("text") is [.., '.' or '!' or '?' or '…'])
                Close();
        }
        Close();
        return sentences;

        void Close()
        {
            var text = string.Concat(open.Select(piece => piece.Text("text"))).Trim();
            if (text.Length > 0)
                sentences.Add(
                    new TranscriptSegment(
                        Heard.Word(open.Find(IsWord)).Start,
                        Heard.Word(open[^1]).End,
                        text,
                        open[0].Text("speaker_id")
                    )
                );
            open.Clear();
        }
    }
}
