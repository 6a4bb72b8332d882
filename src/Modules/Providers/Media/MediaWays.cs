using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Routing;

namespace NetRoom.Providers.Media;

/// <summary>The ways to a model of media, and the loop of attempts: for one answer, and for a stream that has not begun.</summary>
/// <param name="client">The adapter of a route.</param>
internal sealed class MediaWays<T>(
    Router router,
    ModelInfo model,
    TargetOf target,
    Func<Route, T> client
)
{
    /// <param name="isSafe">Of a failure: nothing is made twice if somebody else is asked.</param>
    public async Task<(TAnswer Answer, Route Route)> OnceAsync<TAnswer>(
        Func<T, CancellationToken, Task<TAnswer>> ask,
        Func<ProviderException, bool> isSafe,
        CancellationToken cancellation
    )
    {
        var plan = router.Plan(model, null, target);
        for (var attempt = plan.First(); ; )
        {
            TAnswer answer = default!;
            var failure = await router.TryAsync(
                attempt.Route,
                async (it, cancel) => answer = await ask(it, cancel),
                client(attempt.Route),
                cancellation
            );
            if (failure is null)
                return (answer, attempt.Route);
            attempt = await NextAsync(plan, attempt, failure, isSafe, cancellation);
        }
    }

    /// <inheritdoc cref="OnceAsync"/>
    public async IAsyncEnumerable<(TUpdate Update, Route Route)> StreamAsync<TUpdate>(
        Func<T, CancellationToken, IAsyncEnumerable<TUpdate>> ask,
        Func<ProviderException, bool> isSafe,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var plan = router.Plan(model, null, target);
        for (var attempt = plan.First(); ; )
        {
            await using var updates = ask(client(attempt.Route), cancellation)
                .GetAsyncEnumerator(cancellation);
            var isOn = false;
            var failure = await router.TryAsync(
                attempt.Route,
                async (it, _) => isOn = await it.MoveNextAsync(),
                updates,
                cancellation
            );
            if (failure is not null)
            {
                attempt = await NextAsync(plan, attempt, failure, isSafe, cancellation);
                continue;
            }

            for (; isOn; isOn = await updates.MoveNextAsync())
                yield return (updates.Current, attempt.Route);
            yield break;
        }
    }

    /// <summary>Where a job is, whatever the ways are by now.</summary>
    public T Of(JobHolder? holder)
    {
        var place = target(holder?.ProviderId ?? model.ProviderId) ?? throw Router.NoRoute(model);
        return client(
            new Route(
                place with
                {
                    Key = place.Keys.FirstOrDefault(key => holder?.Knows(key) == true) ?? place.Key,
                },
                model with
                {
                    ProviderId = place.ProviderId,
                    WireName = holder?.WireName ?? model.WireName,
                }
            )
        );
    }

    private async Task<Attempt> NextAsync(
        RoutePlan plan,
        Attempt failed,
        ProviderException failure,
        Func<ProviderException, bool> isSafe,
        CancellationToken cancellation
    )
    {
        var next = isSafe(failure) ? router.After(plan, failed.Route, failure) : null;
        await Task.Delay((next ?? throw failure).Wait, router.Time, cancellation);
        return next;
    }
}
