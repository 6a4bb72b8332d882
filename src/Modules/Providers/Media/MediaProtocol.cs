using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media;

/// <summary>What a media adapter is made with.</summary>
/// <param name="Http">No redirects, no cookies, no timeout of its own: <paramref name="Target"/> has the timeouts.</param>
/// <param name="TrustedHosts">Foreign hosts that may be private and without TLS.</param>
/// <param name="Foreign">For hosts that are not the provider's own; connects to public addresses only.</param>
internal sealed record MediaRoute(
    HttpClient Http,
    HttpClient Foreign,
    IReadOnlyList<string> TrustedHosts,
    ProviderTarget Target,
    ModelInfo Model,
    TimeProvider Time,
    ILogger Logger
);

/// <summary>A wire protocol for media, by what it can do. Null: it cannot.</summary>
/// <param name="Name">A provider's id, its dialect, or its protocol in the catalogue.</param>
/// <param name="SandboxPath">Where the sandbox speaks it, after its address.</param>
internal sealed record MediaProtocol(string Name, string SandboxPath)
{
    public Func<MediaRoute, IImageClient>? Images { get; init; }
    public Func<MediaRoute, ISpeechClient>? Speech { get; init; }
    public Func<MediaRoute, ISoundClient>? Sounds { get; init; }
    public Func<MediaRoute, ITranscriptionClient>? Transcription { get; init; }
    public Func<MediaRoute, IEmbeddingClient>? Embeddings { get; init; }
    public Func<MediaRoute, IMediaJobClient>? Jobs { get; init; }

    public bool Does(ModelGroup group) =>
        group switch
        {
            ModelGroup.Image => Images is not null || Jobs is not null,
            ModelGroup.Video => Jobs is not null,
            ModelGroup.Audio => Speech is not null
                || Transcription is not null
                || Sounds is not null,
            ModelGroup.Embeddings => Embeddings is not null,
            ModelGroup.Text or ModelGroup.Documents => false,
            _ => throw new ArgumentOutOfRangeException(nameof(group), group, null),
        };
}
