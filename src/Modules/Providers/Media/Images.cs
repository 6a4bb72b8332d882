namespace NetRoom.Providers.Media;

/// <summary>What is asked of a provider of media.</summary>
public abstract record MediaRequest(string Prompt);

/// <summary>Pictures to make, or to change when <see cref="Inputs"/> has any.</summary>
public sealed record ImageRequest(string Prompt) : MediaRequest(Prompt)
{
    /// <summary>How many; 1 to 10.</summary>
    public int Count { get; init; } = 1;

    /// <summary>"1024x1536" or "auto"; null leaves it to the provider. Adapters translate it into their own terms.</summary>
    public string? Size { get; init; }

    /// <summary>The provider's word: "low", "high", "2K".</summary>
    public string? Quality { get; init; }

    /// <summary>"png", "jpeg", "webp".</summary>
    public string? Format { get; init; }

    /// <summary>0 to 100, for jpeg and webp.</summary>
    public int? Compression { get; init; }

    /// <summary>"transparent", "opaque", "auto".</summary>
    public string? Background { get; init; }

    /// <summary>"auto" or "low".</summary>
    public string? Moderation { get; init; }

    /// <summary>"high" keeps faces of the inputs more exactly.</summary>
    public string? InputFidelity { get; init; }

    public string? NegativePrompt { get; init; }
    public long? Seed { get; init; }

    /// <summary>How many half-finished pictures to show on the way, 0 to 3; a provider may send fewer.</summary>
    public int PartialImages { get; init; }

    /// <summary>Pictures to work on.</summary>
    public IReadOnlyList<MediaContent> Inputs { get; init; } = [];

    /// <summary>Same size as the first input; what is transparent may change.</summary>
    public MediaContent? Mask { get; init; }

    /// <exception cref="ProviderException">BadRequest: over a limit that holds for all providers.</exception>
    internal void Check()
    {
        if (Count is < 1 or > 10)
            throw Wrong("1 to 10 pictures can be made at a time");
        if (PartialImages is < 0 or > 3)
            throw Wrong("there are at most 3 half-finished pictures");
        if (Inputs.Count > 16 || Inputs.Any(input => input.Data.Length > LargestInput))
            throw Wrong("at most 16 pictures of 50 MB can be worked on");
    }

    private const int LargestInput = 50 * 1024 * 1024;

    private static ProviderException Wrong(string what) =>
        new(ProviderErrorKind.BadRequest, $"The request is refused: {what}.");
}

/// <summary>What happens on the way to pictures.</summary>
public abstract record ImageUpdate
{
    /// <summary>The provider took a job: whoever must not lose it keeps this.</summary>
    public sealed record Started(MediaJob Job) : ImageUpdate;

    /// <param name="Share">0 to 1; null when unknown.</param>
    public sealed record Progress(double? Share) : ImageUpdate;

    public sealed record Partial(int Index, MediaContent Image) : ImageUpdate;

    /// <summary>Comes once and last.</summary>
    public sealed record Finished(IReadOnlyList<MediaContent> Images, MediaUsage Usage)
        : ImageUpdate;
}

/// <summary>Makes and edits pictures.</summary>
public interface IImageClient
{
    IAsyncEnumerable<ImageUpdate> GenerateAsync(
        ImageRequest request,
        CancellationToken cancellation = default
    );
}

/// <summary>For callers who want the end only.</summary>
public static class ImageClientExtensions
{
    /// <exception cref="ProviderException">As the client throws it.</exception>
    public static async Task<ImageUpdate.Finished> GetImagesAsync(
        this IImageClient client,
        ImageRequest request,
        CancellationToken cancellation = default
    )
    {
        await foreach (var update in client.GenerateAsync(request, cancellation))
        {
            if (update is ImageUpdate.Finished finished)
                return finished;
        }
        throw new ProviderException(ProviderErrorKind.Cut, "The provider ended without a picture.");
    }
}
