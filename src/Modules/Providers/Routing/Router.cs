using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Providers.Settings;
using Polly.CircuitBreaker;

namespace NetRoom.Providers.Routing;

/// <summary>What every way out shares: routes, keys that rest, circuits, and the clients of a route.</summary>
internal sealed partial class Router(
    Routes routes,
    TextTargets text,
    KeyRing keys,
    Circuits circuits,
    IHttpClientFactory http,
    IOptions<ProvidersOptions> options,
    TimeProvider time,
    ILogger<Router> logger
)
{
    public TimeProvider Time => time;

    public TargetOf Text => text.Find;

    /// <summary>Throws <see cref="ProviderException"/> when the model has no route that is set up.</summary>
    public RoutePlan Plan(ModelInfo model, string? sticky, TargetOf target)
    {
        sticky ??= Ids.New().ToString("n");
        var ways = routes.To(model, sticky, target);
        return ways.Count > 0
            ? new RoutePlan(ways, sticky, routes, keys, options.Value.RetryDelay)
            : throw NoRoute(model);
    }

    public static ProviderException NoRoute(ModelInfo model) =>
        new(
            ProviderErrorKind.Key,
            $"Provider {model.ProviderId} is not set up: it is not in the catalogue, has no adapter for this, or has no address or key (Providers:{model.ProviderId}:ApiKey)."
        );

    /// <summary>Does <paramref name="attempt"/> under the circuit of the route's model.</summary>
    /// <returns>How it failed; null when it did not.</returns>
    public async ValueTask<ProviderException?> TryAsync<T>(
        Route route,
        Func<T, CancellationToken, ValueTask> attempt,
        T state,
        CancellationToken cancel
    )
    {
        try
        {
            await circuits.Of(route).Pipeline.ExecuteAsync(attempt, state, cancel);
            return null;
        }
        catch (BrokenCircuitException)
        {
            return new ProviderException(
                ProviderErrorKind.Overloaded,
                $"{route.Target.ProviderId} failed too often with this model and is left alone for a moment."
            )
            {
                ShouldRetry = false,
                IsUnsent = true,
            };
        }
        catch (ProviderException failure)
        {
            return failure;
        }
    }

    public IChatClient Client(Route route) =>
        new UsageAlarm(
            text.ProtocolOf(route.Target)
                .Create(
                    new ChatRoute(
                        http.CreateClient(ProvidersModule.HttpClientName),
                        route.Target,
                        route.Model,
                        time
                    )
                ),
            route.Target.ProviderId,
            logger
        );

    /// <summary>The plan's next attempt, told to the log.</summary>
    public Attempt? After(RoutePlan plan, Route failed, ProviderException failure)
    {
        var next = plan.After(failed, failure);
        if (next is not null)
            LogNext(
                logger,
                failed.Target.ProviderId,
                failure.Kind,
                failure.HttpStatus,
                next.Route.Target.ProviderId,
                next.Wait
            );
        return next;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Provider} failed ({Kind}, status {Status}); next is {Next} in {Wait}"
    )]
    private static partial void LogNext(
        ILogger logger,
        string provider,
        ProviderErrorKind kind,
        int? status,
        string next,
        TimeSpan wait
    );
}
