namespace NetRoom.Generation.Media;

/// <summary>A file that is sent or was made.</summary>
/// <param name="MediaType">"image/png", "audio/mpeg".</param>
/// <param name="Name">With its extension, where the sender gave one.</param>
public sealed record MediaFile(ReadOnlyMemory<byte> Data, string MediaType, string? Name = null);

/// <summary>Pictures to make, or to change when there are <see cref="Inputs"/>. What is null is the provider's choice.</summary>
public sealed record ImagesCall(string Prompt)
{
    /// <summary>1 to 10.</summary>
    public int Count { get; init; } = 1;

    /// <summary>"1024x1536" or "auto".</summary>
    public string? Size { get; init; }
    public string? Quality { get; init; }

    /// <summary>"png", "jpeg", "webp".</summary>
    public string? Format { get; init; }

    /// <summary>0 to 100.</summary>
    public int? Compression { get; init; }
    public string? Background { get; init; }
    public string? Moderation { get; init; }
    public string? InputFidelity { get; init; }

    /// <summary>Half-finished pictures on the way, 0 to 3.</summary>
    public int PartialImages { get; init; }
    public IReadOnlyList<MediaFile> Inputs { get; init; } = [];
    public MediaFile? Mask { get; init; }
}

public sealed record ImagesMade(IReadOnlyList<MediaFile> Images);

/// <summary>Text to be read aloud.</summary>
public sealed record SpeechCall(string Text, string Voice)
{
    /// <summary>"mp3", "wav", "opus", "aac", "flac", "pcm".</summary>
    public string? Format { get; init; }

    /// <summary>1 is the voice's own pace.</summary>
    public double? Speed { get; init; }
    public string? Instructions { get; init; }
}

/// <summary>Speech to be written down.</summary>
public sealed record TranscriptCall(MediaFile Audio)
{
    public bool WithSegments { get; init; }
    public bool WithWords { get; init; }

    /// <summary>ISO 639-1.</summary>
    public string? Language { get; init; }
    public string? Prompt { get; init; }
    public double? Temperature { get; init; }
}

/// <param name="Start">Seconds from the beginning.</param>
public sealed record SpokenPart(double Start, double End, string Text, string? Speaker = null);

public sealed record TranscriptMade(
    string Text,
    string? Language,
    TimeSpan? Duration,
    IReadOnlyList<SpokenPart> Segments,
    IReadOnlyList<SpokenPart> Words
)
{
    /// <summary>SubRip; needs segments.</summary>
    public required string Srt { get; init; }

    /// <summary>WebVTT; needs segments.</summary>
    public required string Vtt { get; init; }
}

/// <param name="Texts">1 to 2,048.</param>
public sealed record EmbeddingCall(IReadOnlyList<string> Texts)
{
    public int? Dimensions { get; init; }
}

/// <param name="Vectors">One for each text, in their order.</param>
public sealed record EmbeddingsMade(IReadOnlyList<ReadOnlyMemory<float>> Vectors);
