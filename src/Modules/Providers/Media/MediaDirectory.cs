using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;
using NetRoom.Providers.Routing;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media;

/// <summary>Picks the media adapter by the provider's own name, else by its protocol.</summary>
internal sealed class MediaDirectory(
    ProviderTargets targets,
    ICatalog catalog,
    IEnumerable<MediaProtocol> protocols,
    KeyRing keys,
    IHttpClientFactory http,
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<MediaDirectory> logger
) : IMediaClients
{
    // A picture takes minutes without a byte, and several in one answer are large.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(5);
    private const int LargestAnswer = 128 * 1024 * 1024;

    public bool CanRun(ModelInfo model) =>
        ProtocolOf(model.ProviderId) is { } protocol
        && protocol.Does(model.Group)
        && targets.Find(model.ProviderId, protocol.SandboxPath) is not null;

    public IImageClient Images(ModelInfo model)
    {
        if (Find(model)?.Protocol is { Images: null, Jobs: not null })
            return new PolledImages(Jobs(model), options.Value.PollDelay, time, logger);
        return Make(model, protocol => protocol.Images, way => new RetryingImageClient(way));
    }

    public ISpeechClient Speech(ModelInfo model) =>
        Make(model, protocol => protocol.Speech, way => new RetryingSpeechClient(way));

    public ISoundClient Sounds(ModelInfo model) => Make(model, protocol => protocol.Sounds);

    public ITranscriptionClient Transcription(ModelInfo model) =>
        Make(
            model,
            protocol => protocol.Transcription,
            way => new RetryingTranscriptionClient(way)
        );

    public IEmbeddingClient Embeddings(ModelInfo model) =>
        Make(model, protocol => protocol.Embeddings, way => new RetryingEmbeddingClient(way));

    public IMediaJobClient Jobs(ModelInfo model) => Make(model, protocol => protocol.Jobs);

    private T Make<T>(
        ModelInfo model,
        Func<MediaProtocol, Func<MediaRoute, T>?> kind,
        Func<MediaWay<T>, T>? retrying = null
    )
    {
        var (protocol, target) =
            Find(model)
            ?? throw new ProviderException(
                ProviderErrorKind.Key,
                $"Provider {model.ProviderId} is not set up for media: it is not in the catalogue, has no adapter, or has no key (Providers:{model.ProviderId}:ApiKey)."
            );
        var make =
            kind(protocol)
            ?? throw new ProviderException(
                ProviderErrorKind.NotFound,
                $"Provider {model.ProviderId} has no adapter for what {model.Id} is asked to do."
            );
        if (retrying is null)
            return Client(target);
        return retrying(new MediaWay<T>(target, Client, keys, options.Value.RetryDelay, time));

        T Client(ProviderTarget withKey) =>
            make(
                new MediaRoute(
                    http.CreateClient(ProvidersModule.HttpClientName),
                    http.CreateClient(ForeignHosts.HttpClientName),
                    options.Value.TrustedHostNames,
                    withKey,
                    model,
                    time,
                    logger
                )
            );
    }

    private (MediaProtocol Protocol, ProviderTarget Target)? Find(ModelInfo model)
    {
        if (
            ProtocolOf(model.ProviderId) is not { } protocol
            || targets.Find(model.ProviderId, protocol.SandboxPath) is not { } target
        )
            return null;
        return (
            protocol,
            target with
            {
                IdleTimeout = target.Options.IdleTimeout ?? IdleTimeout,
                MaxEventBytes = Math.Max(target.MaxEventBytes, LargestAnswer),
            }
        );
    }

    private MediaProtocol? ProtocolOf(string providerId)
    {
        if (catalog.FindProvider(providerId) is not { } provider)
            return null;
        var dialect = options.Value.ById.TryGetValue(provider.Id, out var own) ? own.Dialect : null;
        return Named(dialect ?? provider.Id) ?? Named(provider.Protocol);
    }

    private MediaProtocol? Named(string name) =>
        protocols.FirstOrDefault(protocol =>
            string.Equals(protocol.Name, name, StringComparison.OrdinalIgnoreCase)
        );
}
