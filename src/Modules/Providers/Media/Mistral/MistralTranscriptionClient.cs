using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Mistral;

/// <summary>POST /audio/transcriptions: always JSON, with segments where they are asked for.</summary>
internal sealed class MistralTranscriptionClient(MediaRoute route) : ITranscriptionClient
{
    private readonly MediaCall call = new(route);

    public async Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    )
    {
        var form = new MultipartFormDataContent()
            .Field("model", route.Model.WireName)
            .Field("language", request.Language)
            .Field("temperature", request.Temperature)
            .Field("context_bias[]", request.Prompt);
        if (request.Detail == TranscriptDetail.Segments)
            form.Field("timestamp_granularities[]", "segment");
        if (request.Detail == TranscriptDetail.Words)
            form.Field("timestamp_granularities[]", "word");
        form.File("file", request.Audio, request.FileName);
        var answer = await call.SendForJsonAsync(
            call.Post("/audio/transcriptions", form).WithBearer(route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        return new Transcript(
            answer.Text("text")
                ?? throw call.Failure(ProviderErrorKind.Cut, "answered without a transcript."),
            MistralMediaUsage.Read(answer.Look("usage"), Heard.For(request.Duration))
        )
        {
            Language = answer.Text("language"),
            Duration = request.Duration,
            Segments = [.. answer.Items("segments").Select(Heard.Segment)],
            Words =
            [
                .. request.Detail == TranscriptDetail.Words
                    ? answer.Items("segments").Select(Heard.Word)
                    : [],
            ],
        };
    }
}
