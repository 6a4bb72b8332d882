using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Providers.Media.ElevenLabs;

internal sealed record ElevenLabsSpeech(string Text, string ModelId)
{
    public string? LanguageCode { get; init; }
    public ElevenLabsVoice? VoiceSettings { get; init; }
}

internal sealed record ElevenLabsVoice(double Speed);

internal sealed record ElevenLabsEffect(string Text, string ModelId)
{
    public double? DurationSeconds { get; init; }
    public bool? Loop { get; init; }
}

internal sealed record ElevenLabsMusic(string Prompt, string ModelId)
{
    public int? MusicLengthMs { get; init; }
    public bool? ForceInstrumental { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ElevenLabsSpeech))]
[JsonSerializable(typeof(ElevenLabsEffect))]
[JsonSerializable(typeof(ElevenLabsMusic))]
internal sealed partial class ElevenLabsJson : JsonSerializerContext
{
    public static ElevenLabsJson Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
