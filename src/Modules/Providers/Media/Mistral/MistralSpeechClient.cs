using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Mistral;

/// <summary>POST /audio/speech, which answers in JSON with all of the audio in base64.</summary>
internal sealed class MistralSpeechClient(MediaRoute route) : ISpeechClient
{
    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var body = new MistralSpeechRequest(route.Model.WireName, request.Text, request.Voice)
        {
            ResponseFormat = request.Format,
        };
        var answer = await call.SendForJsonAsync(
            call.Post("/audio/speech", body, MistralMediaJson.Wire.MistralSpeechRequest)
                .WithBearer(route.Target.Key),
            call.Redaction(request.Text),
            cancellation
        );
        var audio =
            answer.Bytes("audio_data")
            ?? throw call.Failure(ProviderErrorKind.Cut, "answered without audio.");
        yield return new AudioUpdate(MediaTypes.OfFormat(request.Format, "audio/mpeg"), audio)
        {
            Usage = MistralMediaUsage.Read(
                answer.Look("usage"),
                new Usage([new(UnitKind.Character, Characters.Of(request.Text))])
            ),
        };
    }
}
