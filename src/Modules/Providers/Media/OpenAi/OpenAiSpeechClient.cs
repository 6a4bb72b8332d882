using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.OpenAi;

/// <summary>POST /audio/speech: as events, because only they say the usage, or as bytes from models that know nothing else.</summary>
internal sealed class OpenAiSpeechClient(MediaRoute route) : ISpeechClient
{
    private readonly MediaCall call = new(route);

    private bool HasEvents =>
        !route.Model.WireName.StartsWith("tts-1", StringComparison.OrdinalIgnoreCase);

    public IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    ) => HasEvents ? EventsAsync(request, cancellation) : BytesAsync(request, cancellation);

    private async IAsyncEnumerable<AudioUpdate> EventsAsync(
        SpeechRequest request,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var type = MediaTypes.OfFormat(request.Format, "audio/mpeg");
        var events = call.SendForEventsAsync(
            Request(request, "sse"),
            call.Redaction(request.Text, request.Instructions),
            cancellation
        );
        var done = false;
        await foreach (var happening in events)
        {
            if (happening.Bytes("audio") is { Length: > 0 } audio)
                yield return new AudioUpdate(type, audio);
            if (happening.Text("type") != "speech.audio.done")
                continue;
            done = true;
            var usage = happening.Look("usage");
            yield return new AudioUpdate(type, default)
            {
                Usage = new MediaUsage(
                    OpenAiMediaUsage.Read(usage, UnitKind.AudioOutput),
                    Read(request),
                    OpenAiMediaUsage.Raw(usage)
                ),
            };
            break;
        }
        if (!done)
            throw call.Failure(ProviderErrorKind.Cut, "ended the speech before its end.");
    }

    private async IAsyncEnumerable<AudioUpdate> BytesAsync(
        SpeechRequest request,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var type = MediaTypes.OfFormat(request.Format, "audio/mpeg");
        var pieces = call.SendForBytesAsync(
            Request(request, streamFormat: null),
            call.Redaction(request.Text),
            opened: null,
            cancellation
        );
        await foreach (var (said, bytes) in pieces)
        {
            type = said ?? type;
            yield return new AudioUpdate(type, bytes);
        }
        yield return new AudioUpdate(type, default) { Usage = new MediaUsage(null, Read(request)) };
    }

    private HttpRequestMessage Request(SpeechRequest request, string? streamFormat) =>
        call.Post(
                "/audio/speech",
                new OpenAiSpeechRequest(route.Model.WireName, request.Text, request.Voice)
                {
                    Instructions = HasEvents ? request.Instructions : null,
                    ResponseFormat = request.Format,
                    Speed = request.Speed,
                    StreamFormat = streamFormat,
                },
                OpenAiMediaJson.Wire.OpenAiSpeechRequest
            )
            .WithBearer(route.Target.Key);

    private static Usage Read(SpeechRequest request) =>
        new([new(UnitKind.Character, Characters.Of(request.Text))]);
}
