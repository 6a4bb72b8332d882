using NetRoom.Generation.Direct;

namespace NetRoom.Generation.Media;

/// <summary>
/// What a started run makes. Each answers null when it failed, which the run then tells; each goes on to its end when the caller has hung
/// up, for the provider's work is done and paid for by then. The run must have been started with the plan of the same call.
/// </summary>
public interface IMediaRuns
{
    /// <param name="partial">Told of half-finished pictures: which of how many, and the picture.</param>
    Task<ImagesMade?> ImagesAsync(
        DirectRun run,
        ImagesCall call,
        Func<int, MediaFile, Task>? partial = null
    );

    /// <param name="write">Gets the sound as it comes; the media type is the same each time.</param>
    /// <returns>Whether all of it came.</returns>
    Task<bool> SpeakAsync(
        DirectRun run,
        SpeechCall call,
        Func<string, ReadOnlyMemory<byte>, Task> write
    );

    Task<TranscriptMade?> TranscribeAsync(DirectRun run, TranscriptCall call);

    Task<EmbeddingsMade?> EmbedAsync(DirectRun run, EmbeddingCall call);
}
