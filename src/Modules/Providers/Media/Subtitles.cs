using System.Globalization;
using System.Text;

namespace NetRoom.Providers.Media;

/// <summary>A transcript as the two formats of subtitles; both need segments.</summary>
public static class Subtitles
{
    /// <summary>SubRip: numbered cues, a comma before the milliseconds.</summary>
    public static string ToSrt(this Transcript transcript)
    {
        var text = new StringBuilder();
        foreach (var (at, segment) in transcript.Segments.Index())
            text.Append(CultureInfo.InvariantCulture, $"{at + 1}\n")
                .Append(Times(segment, ','))
                .Append(OneBlock(segment.Text))
                .Append("\n\n");
        return text.ToString();
    }

    /// <summary>WebVTT.</summary>
    public static string ToVtt(this Transcript transcript)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var segment in transcript.Segments)
            text.Append(Times(segment, '.')).Append(Escaped(segment.Text)).Append("\n\n");
        return text.ToString();
    }

    private static string Times(TranscriptSegment segment, char point) =>
        $"{Clock(segment.Start, point)} --> {Clock(segment.End, point)}\n";

    private static string Clock(double seconds, char point)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(Math.Max(0, seconds) * 1_000));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{point}{time.Milliseconds:000}"
        );
    }

    // An empty line would end the cue.
    private static string OneBlock(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim();

    private static string Escaped(string text) =>
        OneBlock(text)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
