namespace NetRoom.Providers.Media;

/// <summary>Texts to be made into vectors.</summary>
/// <param name="Texts">1 to 2,048; each within the model's context.</param>
public sealed record EmbeddingRequest(IReadOnlyList<string> Texts)
{
    /// <summary>A shorter vector, where the model has one.</summary>
    public int? Dimensions { get; init; }

    /// <summary>The texts are questions, not documents; some models embed the two differently.</summary>
    public bool IsQuery { get; init; }
}

/// <param name="Vectors">One for each text, in the order of the texts, all of one length.</param>
public sealed record EmbeddingAnswer(
    IReadOnlyList<ReadOnlyMemory<float>> Vectors,
    MediaUsage Usage
);

public interface IEmbeddingClient
{
    Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    );
}
