using System.Text.Json;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>What generateContent answered when a picture or speech was asked for.</summary>
internal static class GeminiAnswer
{
    /// <summary>The parts with bytes.</summary>
    /// <exception cref="ProviderException">Refused, or nothing in it.</exception>
    public static IReadOnlyList<MediaContent> Blobs(
        JsonElement answer,
        string family,
        MediaCall call
    )
    {
        var candidate = answer.First("candidates");
        var blobs = candidate
            .Look("content")
            .Items("parts")
            .Select(part => part.Look("inlineData"))
            .Select(blob =>
                blob.Bytes("data") is { } bytes
                && blob.Text("mimeType") is { } type
                && type.StartsWith(family + "/", StringComparison.OrdinalIgnoreCase)
                    ? new MediaContent(bytes, type)
                    : null
            )
            .OfType<MediaContent>()
            .ToList();
        if (blobs.Count > 0)
            return blobs;
        // No candidates at all: the prompt was blocked, under status 200.
        var reason =
            answer.Look("promptFeedback").Text("blockReason") ?? candidate.Text("finishReason");
        throw call.Failure(
            reason is null or "STOP" or "MAX_TOKENS" or "NO_IMAGE"
                ? ProviderErrorKind.Cut
                : ProviderErrorKind.Refused,
            $"answered without {family} ({reason ?? "no reason"})."
        );
    }
}
