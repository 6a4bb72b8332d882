using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.ElevenLabs;

/// <summary>POST /v1/sound-generation for effects, /v1/music for music: both come at once.</summary>
internal sealed class ElevenLabsSoundClient(MediaRoute route) : ISoundClient
{
    private static readonly (TimeSpan Least, TimeSpan Most) EffectLength = (
        TimeSpan.FromSeconds(0.5),
        TimeSpan.FromSeconds(30)
    );
    private static readonly (TimeSpan Least, TimeSpan Most) MusicLength = (
        TimeSpan.FromSeconds(3),
        TimeSpan.FromMinutes(10)
    );

    private readonly ElevenLabsAudio audio = new(route);

    public IAsyncEnumerable<AudioUpdate> MakeAsync(
        SoundRequest request,
        CancellationToken cancellation = default
    )
    {
        var (least, most) = request.Kind == SoundKind.Music ? MusicLength : EffectLength;
        if (request.Duration is { } length && (length < least || length > most))
            throw audio.Call.Failure(
                ProviderErrorKind.BadRequest,
                $"makes sounds of {least} to {most}."
            );
        var format = ElevenLabsAudio.Format(request.Format);
        return audio.SendAsync(
            request.Kind == SoundKind.Music ? Music(request, format) : Effect(request, format),
            format,
            Heard.For(request.Duration),
            request.Prompt,
            cancellation
        );
    }

    private HttpRequestMessage Effect(SoundRequest request, string format) =>
        audio.Call.Post(
            $"/v1/sound-generation?output_format={Uri.EscapeDataString(format)}",
            new ElevenLabsEffect(request.Prompt, route.Model.WireName)
            {
                DurationSeconds = request.Duration?.TotalSeconds,
                Loop = request.Loop ? true : null,
            },
            ElevenLabsJson.Wire.ElevenLabsEffect
        );

    private HttpRequestMessage Music(SoundRequest request, string format) =>
        audio.Call.Post(
            $"/v1/music?output_format={Uri.EscapeDataString(format)}",
            new ElevenLabsMusic(request.Prompt, route.Model.WireName)
            {
                MusicLengthMs = (int?)request.Duration?.TotalMilliseconds,
                ForceInstrumental = request.Instrumental ? true : null,
            },
            ElevenLabsJson.Wire.ElevenLabsMusic
        );
}
