using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.OpenAi;

/// <summary>POST /audio/transcriptions, in JSON whatever form the transcript is wanted in at the end.</summary>
internal sealed class OpenAiTranscriptionClient(MediaRoute route) : ITranscriptionClient
{
    private readonly MediaCall call = new(route);

    public async Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    )
    {
        var answer = await call.SendForJsonAsync(
            call.Post("/audio/transcriptions", Form(request)).WithBearer(route.Target.Key),
            call.Redaction(request.Prompt),
            cancellation
        );
        var usage = answer.Look("usage");
        var seconds = answer.Number("duration");
        var duration = seconds is { } length
            ? TimeSpan.FromSeconds((double)length)
            : request.Duration;
        return new Transcript(
            answer.Text("text")
                ?? throw call.Failure(ProviderErrorKind.Cut, "answered without a transcript."),
            new MediaUsage(
                OpenAiMediaUsage.Read(usage, UnitKind.Output),
                Heard.For(duration),
                OpenAiMediaUsage.Raw(usage)
            )
        )
        {
            Language = answer.Text("language"),
            Duration = duration,
            Segments = [.. answer.Items("segments").Select(Heard.Segment)],
            Words = [.. answer.Items("words").Select(Heard.Word)],
        };
    }

    private MultipartFormDataContent Form(TranscriptionRequest request)
    {
        var detailed = request.Detail != TranscriptDetail.Text;
        var form = new MultipartFormDataContent()
            .Field("model", route.Model.WireName)
            .Field("language", request.Language)
            .Field("prompt", request.Prompt)
            .Field("response_format", detailed ? "verbose_json" : "json")
            .Field("temperature", request.Temperature);
        if (detailed)
            form.Field("timestamp_granularities[]", "segment");
        if (request.Detail == TranscriptDetail.Words)
            form.Field("timestamp_granularities[]", "word");
        return form.File("file", request.Audio, request.FileName);
    }
}
