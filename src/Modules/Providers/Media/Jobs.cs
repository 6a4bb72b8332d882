using System.Security.Cryptography;
using System.Text;
using NetRoom.Catalog;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers.Media;

/// <summary>A film to make.</summary>
public sealed record VideoRequest(string Prompt) : MediaRequest(Prompt)
{
    /// <summary>Whole seconds.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>"720p".</summary>
    public string Resolution { get; init; } = "720p";

    /// <summary>"16:9", "9:16", "1:1".</summary>
    public string AspectRatio { get; init; } = "16:9";

    public string? NegativePrompt { get; init; }
    public long? Seed { get; init; }

    /// <summary>The first picture of the film.</summary>
    public MediaContent? FirstFrame { get; init; }

    /// <summary>The last one.</summary>
    public MediaContent? LastFrame { get; init; }
}

/// <summary>A job that a provider has taken. All of it is to be stored: with it any node can go on.</summary>
/// <param name="Id">The provider's own id.</param>
/// <param name="Planned">What will have been produced once it is done.</param>
/// <param name="PollUrl">Where to ask, when the provider said so.</param>
/// <param name="CancelUrl">Where to cancel, when the provider said so.</param>
public sealed record MediaJob(
    string Id,
    Usage Planned,
    string? PollUrl = null,
    string? CancelUrl = null
)
{
    /// <summary>What the provider said at once that it will cost; null if it did not.</summary>
    public Usage? Reported { get; init; }

    /// <summary>Null: the model's own provider, with its first key.</summary>
    public JobHolder? Holder { get; init; }
}

/// <summary>Who has a job, of the model's several providers and their keys.</summary>
/// <param name="WireName">The model as that provider calls it.</param>
/// <param name="KeyMark">By which the key is known again, without being the key; null where there is none.</param>
public sealed record JobHolder(string ProviderId, string WireName, string? KeyMark)
{
    internal static JobHolder Of(Route route) =>
        new(
            route.Target.ProviderId,
            route.Model.WireName,
            route.Target.Key is { } key ? Mark(key) : null
        );

    internal bool Knows(string key) => Mark(key) == KeyMark;

    private static string Mark(string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
}

/// <summary>How a job stands.</summary>
public abstract record JobState
{
    public sealed record Queued : JobState;

    /// <param name="Progress">0 to 1; null when unknown.</param>
    public sealed record Running(double? Progress = null) : JobState;

    public sealed record Done(IReadOnlyList<JobResult> Results, MediaUsage Usage) : JobState;

    /// <param name="Kind">NotFound for a job that has vanished or expired.</param>
    /// <param name="Reason">For operators; holds no content.</param>
    public sealed record Failed(ProviderErrorKind Kind, string Reason) : JobState;

    /// <summary>The provider's rules stand against the prompt or the result.</summary>
    public sealed record Refused(string Reason) : JobState;

    /// <summary>Nothing will change any more.</summary>
    public bool IsEnd => this is Done or Failed or Refused;
}

/// <summary>One file of a finished job: an address that soon expires, or the bytes themselves.</summary>
public sealed record JobResult(Uri? Address, MediaContent? Content = null)
{
    /// <summary>As of its job.</summary>
    public JobHolder? Holder { get; init; }
}

/// <param name="Family">What it must be: "image", "video" or "audio".</param>
public sealed record DownloadRule(string Family, long MaxBytes);

/// <summary>Work that a provider does while we ask how it stands.</summary>
public interface IMediaJobClient
{
    /// <summary>
    /// Sent again, with another key or to another provider, only when the job was surely not taken: refused by a clear word, or
    /// never sent. When it fails without an answer (Unreachable, Cut, Timeout), the provider may have taken it.
    /// </summary>
    Task<MediaJob> CreateAsync(MediaRequest request, CancellationToken cancellation = default);

    /// <summary>
    /// An exception here is no end of the job: ask again later. The ends are <see cref="JobState.IsEnd"/>.
    /// </summary>
    Task<JobState> PollAsync(MediaJob job, CancellationToken cancellation = default);

    /// <summary>Writes a result into the stream and says its media type. NotFound once the address has expired.</summary>
    Task<string> DownloadAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation = default
    );

    /// <summary>False when the provider has no way to cancel, or no longer can.</summary>
    Task<bool> CancelAsync(MediaJob job, CancellationToken cancellation = default);
}
