namespace NetRoom.Providers.Media;

/// <summary>Text to be read aloud.</summary>
/// <param name="Voice">The provider's name or id of the voice.</param>
public sealed record SpeechRequest(string Text, string Voice)
{
    /// <summary>"mp3", "wav", "opus", "aac", "flac", "pcm"; null leaves it to the provider.</summary>
    public string? Format { get; init; }

    /// <summary>1 is the voice's own pace.</summary>
    public double? Speed { get; init; }

    /// <summary>How to speak, in words.</summary>
    public string? Instructions { get; init; }

    /// <summary>ISO 639-1.</summary>
    public string? Language { get; init; }
}

public enum SoundKind
{
    Effect,
    Music,
}

/// <summary>A sound or a piece of music to be made from words.</summary>
public sealed record SoundRequest(SoundKind Kind, string Prompt)
{
    public TimeSpan? Duration { get; init; }

    /// <summary>Music without singing.</summary>
    public bool Instrumental { get; init; }

    /// <summary>An effect whose end joins its beginning.</summary>
    public bool Loop { get; init; }

    public string? Format { get; init; }
}

/// <summary>A piece of audio as it comes; the last update has the usage and may have no bytes.</summary>
/// <param name="MediaType">The same on each update: "audio/mpeg".</param>
public sealed record AudioUpdate(string MediaType, ReadOnlyMemory<byte> Audio)
{
    public MediaUsage? Usage { get; init; }
}

public interface ISpeechClient
{
    IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        CancellationToken cancellation = default
    );
}

public interface ISoundClient
{
    IAsyncEnumerable<AudioUpdate> MakeAsync(
        SoundRequest request,
        CancellationToken cancellation = default
    );
}
