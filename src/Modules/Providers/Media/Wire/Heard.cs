using System.Text.Json;
using NetRoom.Catalog;

namespace NetRoom.Providers.Media.Wire;

/// <summary>Pieces of transcripts that all providers write alike.</summary>
internal static class Heard
{
    public static TranscriptSegment Segment(JsonElement segment) =>
        new(
            Seconds(segment, "start"),
            Seconds(segment, "end"),
            segment.Text("text")?.Trim() ?? "",
            segment.Text("speaker") ?? segment.Text("speaker_id")
        );

    public static TranscriptWord Word(JsonElement word) =>
        new(
            Seconds(word, "start"),
            Seconds(word, "end"),
            word.Text("word") ?? word.Text("text") ?? ""
        );

    /// <summary>Begun seconds of audio; nothing while the length is unknown.</summary>
    public static Usage For(TimeSpan? duration) =>
        duration is { } length
            ? new Usage([new(UnitKind.AudioSecond, (long)Math.Ceiling(length.TotalSeconds))])
            : Usage.None;

    private static double Seconds(JsonElement piece, string name) =>
        (double)(piece.Number(name) ?? 0);
}
