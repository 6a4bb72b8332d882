namespace NetRoom.Providers.Media;

/// <summary>How much a transcript should tell. A model that cannot tell it refuses with BadRequest.</summary>
public enum TranscriptDetail
{
    Text,
    Segments,
    Words,
}

/// <summary>Speech to be written down.</summary>
/// <param name="FileName">With its extension: providers go by it.</param>
public sealed record TranscriptionRequest(MediaContent Audio, string FileName)
{
    public TranscriptDetail Detail { get; init; }

    /// <summary>ISO 639-1.</summary>
    public string? Language { get; init; }

    /// <summary>Words and names that occur.</summary>
    public string? Prompt { get; init; }

    public double? Temperature { get; init; }

    /// <summary>The length of the recording, where the caller knows it: what is billed if the provider does not say.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <param name="Start">Seconds from the beginning.</param>
public sealed record TranscriptSegment(
    double Start,
    double End,
    string Text,
    string? Speaker = null
);

/// <param name="Start">Seconds from the beginning.</param>
public sealed record TranscriptWord(double Start, double End, string Text);

/// <summary>What was said.</summary>
public sealed record Transcript(string Text, MediaUsage Usage)
{
    public string? Language { get; init; }
    public TimeSpan? Duration { get; init; }
    public IReadOnlyList<TranscriptSegment> Segments { get; init; } = [];
    public IReadOnlyList<TranscriptWord> Words { get; init; } = [];
}

public interface ITranscriptionClient
{
    Task<Transcript> TranscribeAsync(
        TranscriptionRequest request,
        CancellationToken cancellation = default
    );
}
