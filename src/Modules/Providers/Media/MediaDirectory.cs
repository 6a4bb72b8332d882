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
    Router router,
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
        Routes.Any(model, id => Target(id, protocol => protocol.Does(model.Group)));

    public IImageClient Images(ModelInfo model) =>
        new RoutedImageClient(Ways(model, protocol => protocol.Images ?? Polled(protocol.Jobs)));

    public ISpeechClient Speech(ModelInfo model) =>
        new RoutedSpeechClient(Ways(model, protocol => protocol.Speech));

    public ISoundClient Sounds(ModelInfo model) =>
        new RoutedSoundClient(Ways(model, protocol => protocol.Sounds));

    public ITranscriptionClient Transcription(ModelInfo model) =>
        new RoutedTranscriptionClient(Ways(model, protocol => protocol.Transcription));

    public IEmbeddingClient Embeddings(ModelInfo model) =>
        new RoutedEmbeddingClient(Ways(model, protocol => protocol.Embeddings));

    public IMediaJobClient Jobs(ModelInfo model) =>
        new RoutedJobClient(Ways(model, protocol => protocol.Jobs));

    private MediaWays<T> Ways<T>(ModelInfo model, Func<MediaProtocol, Func<MediaRoute, T>?> adapter)
    {
        return Routes.Any(model, Able)
            ? new MediaWays<T>(router, model, Able, Client)
            : throw Router.NoRoute(model);

        ProviderTarget? Able(string providerId) =>
            Target(providerId, protocol => adapter(protocol) is not null);

        T Client(Route route) =>
            adapter(ProtocolOf(route.Target.ProviderId)!)!
                (
                    new MediaRoute(
                        http.CreateClient(ProvidersModule.HttpClientName),
                        http.CreateClient(ForeignHosts.HttpClientName),
                        options.Value.TrustedHostNames,
                        route.Target,
                        route.Model,
                        time,
                        logger
                    )
                );
    }

    private Func<MediaRoute, IImageClient>? Polled(Func<MediaRoute, IMediaJobClient>? jobs) =>
        jobs is null
            ? null
            : route => new PolledImages(jobs(route), options.Value.PollDelay, time, logger);

    private ProviderTarget? Target(string providerId, Func<MediaProtocol, bool> does) =>
        ProtocolOf(providerId) is { } protocol
        && does(protocol)
        && targets.Find(providerId, protocol.SandboxPath) is { } target
            ? target with
            {
                IdleTimeout = target.Options.IdleTimeout ?? IdleTimeout,
                MaxEventBytes = Math.Max(target.MaxEventBytes, LargestAnswer),
            }
            : null;

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
