using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Providers.Settings;
using Polly;
using Polly.CircuitBreaker;

namespace NetRoom.Providers.Routing;

/// <summary>
/// A circuit for each model of a provider: one that is down says little of the others. It opens when at least half of eight and more
/// attempts of half a minute failed by the provider's fault; after 15 seconds, or when a probe is answered, an attempt may try it again.
/// </summary>
internal sealed partial class Circuits(
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<Circuits> logger
)
{
    private readonly ConcurrentDictionary<(string Provider, string WireName), Circuit> all = new();

    public Circuit Of(Route route) =>
        all.GetOrAdd((route.Target.ProviderId, route.Model.WireName), Create);

    /// <summary>Those that are open, by provider.</summary>
    public ILookup<string, Circuit> Open =>
        all.Where(circuit => circuit.Value.IsOpen)
            .ToLookup(circuit => circuit.Key.Provider, circuit => circuit.Value);

    private Circuit Create((string Provider, string WireName) of)
    {
        var (provider, model) = of;
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
                        LogOpened(logger, provider, model, opened.BreakDuration);
                        return default;
                    },
                    OnClosed = _ =>
                    {
                        LogClosed(logger, provider, model);
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
        "{Model} of {Provider} fails too often: nothing is sent to it for {Duration}"
    )]
    private static partial void LogOpened(
        ILogger logger,
        string provider,
        string model,
        TimeSpan duration
    );

    [LoggerMessage(LogLevel.Information, "{Model} of {Provider} may be tried again")]
    private static partial void LogClosed(ILogger logger, string provider, string model);
}

internal sealed record Circuit(
    ResiliencePipeline Pipeline,
    CircuitBreakerStateProvider State,
    CircuitBreakerManualControl Control
)
{
    public bool IsOpen => State.CircuitState == CircuitState.Open;
}
