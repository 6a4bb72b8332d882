using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Providers.Settings;
using Polly;
using Polly.CircuitBreaker;

namespace NetRoom.Providers.Routing;

/// <summary>
/// A circuit for each provider. It opens when at least half of eight and more attempts of half a minute failed by the
/// provider's fault; after 15 seconds, or when a probe is answered, an attempt may try it again.
/// </summary>
internal sealed partial class Circuits(
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<Circuits> logger
)
{
    private readonly ConcurrentDictionary<string, Circuit> all = new(
        StringComparer.OrdinalIgnoreCase
    );

    public Circuit Of(string provider) => all.GetOrAdd(provider, Create);

    public IEnumerable<KeyValuePair<string, Circuit>> Open =>
        all.Where(circuit => circuit.Value.IsOpen);

    private Circuit Create(string provider)
    {
        var state = new CircuitBreakerStateProvider();
        var control = new CircuitBreakerManualControl();
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = options.Value.CircuitMinimum,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(15),
                    StateProvider = state,
                    ManualControl = control,
                    ShouldHandle = new PredicateBuilder().Handle<ProviderException>(IsItsFault),
                    OnOpened = opened =>
                    {
                        LogOpened(logger, provider, opened.BreakDuration);
                        return default;
                    },
                    OnClosed = _ =>
                    {
                        LogClosed(logger, provider);
                        return default;
                    },
                }
            )
            .Build();
        return new Circuit(pipeline, state, control);
    }

    private static bool IsItsFault(ProviderException error) =>
        error.Kind
            is ProviderErrorKind.Overloaded
                or ProviderErrorKind.Unreachable
                or ProviderErrorKind.Timeout
                or ProviderErrorKind.Cut;

    [LoggerMessage(
        LogLevel.Error,
        "{Provider} fails too often: nothing is sent to it for {Duration}"
    )]
    private static partial void LogOpened(ILogger logger, string provider, TimeSpan duration);

    [LoggerMessage(LogLevel.Information, "{Provider} works again")]
    private static partial void LogClosed(ILogger logger, string provider);
}

internal sealed record Circuit(
    ResiliencePipeline Pipeline,
    CircuitBreakerStateProvider State,
    CircuitBreakerManualControl Control
)
{
    public bool IsOpen => State.CircuitState == CircuitState.Open;
}
