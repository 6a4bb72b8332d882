using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Mistral;

/// <summary>Mistral's usage of media: seconds of audio where there is audio, else tokens of text.</summary>
internal static class MistralMediaUsage
{
    public static MediaUsage Read(JsonElement usage, Usage produced)
    {
        // The total counts the audio's tokens too, but the seconds are what is billed.
        Usage? reported =
            usage.Count("prompt_audio_seconds") is { } seconds
                ? new Usage([new(UnitKind.AudioSecond, seconds)])
            : usage.Count("prompt_tokens") is { } tokens ? new Usage([new(UnitKind.Input, tokens)])
            : null;
        var raw = usage.ValueKind == JsonValueKind.Object ? usage.GetRawText() : null;
        return new MediaUsage(reported, produced, raw);
    }
}
