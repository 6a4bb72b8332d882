using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.ElevenLabs;

/// <summary>POST /v1/text-to-speech/{voice}/stream.</summary>
internal sealed class ElevenLabsSpeechClient(MediaRoute route) : ISpeechClient
{
    private readonly ElevenLabsAudio audio = new(route);

    public IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    )
    {
        var format = ElevenLabsAudio.Format(request.Format);
        var body = new ElevenLabsSpeech(request.Text, route.Model.WireName)
        {
            LanguageCode = request.Language,
            VoiceSettings = request.Speed is { } speed ? new ElevenLabsVoice(speed) : null,
        };
        return audio.SendAsync(
            audio.Call.Post(
                $"/v1/text-to-speech/{Uri.EscapeDataString(request.Voice)}/stream?output_format={Uri.EscapeDataString(format)}",
                body,
                ElevenLabsJson.Wire.ElevenLabsSpeech
            ),
            format,
            new Usage([new(UnitKind.Character, Characters.Of(request.Text))]),
            request.Text,
            cancellation
        );
    }
}
