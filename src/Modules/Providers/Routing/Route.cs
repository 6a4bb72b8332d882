using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Routing;

/// <summary>One way to a model: where, by which name, with which key.</summary>
/// <param name="Model">The catalogue's model as this provider calls it.</param>
internal sealed record Route(ProviderTarget Target, ModelInfo Model);

/// <summary>Where a provider is; null when it is not set up, or cannot serve the call.</summary>
internal delegate ProviderTarget? TargetOf(string providerId);

/// <summary>The ways to a model, best first.</summary>
internal sealed class Routes(KeyRing keys)
{
    private static readonly HashSet<string> Untried = [];

    public static bool Any(ModelInfo model, TargetOf target) =>
        WaysTo(model).Any(way => target(way.ProviderId) is not null);

    /// <summary>
    /// By rank; within a rank by weighted rendezvous hashing, so that the same <paramref name="sticky"/> finds the same provider
    /// and key again, where its prompt may still be cached, and shares stay as the weights say.
    /// </summary>
    public IReadOnlyList<Route> To(ModelInfo model, string sticky, TargetOf target) =>
        [
            .. from way in WaysTo(model)
            let found = target(way.ProviderId)
            where found is not null
            orderby way.Rank, Distance(sticky, way.ProviderId, way.Weight)
            select new Route(
                found with
                {
                    Key = BestKey(found, sticky, Untried),
                },
                model with
                {
                    ProviderId = way.ProviderId,
                    WireName = way.WireName,
                }
            ),
        ];

    /// <summary>The same route with a key that was not tried; null if there is none.</summary>
    public Route? WithOtherKey(Route route, string sticky, IReadOnlySet<string> tried) =>
        BestKey(route.Target, sticky, tried) is { } key
            ? route with
            {
                Target = route.Target with { Key = key },
            }
            : null;

    private static IEnumerable<ModelRoute> WaysTo(ModelInfo model) =>
        model.Routes.Prepend(new ModelRoute(model.ProviderId, model.WireName));

    private string? BestKey(ProviderTarget target, string sticky, IReadOnlySet<string> tried) =>
        target.Keys.Count == 0
            ? null
            : keys.Awake(target.ProviderId, target.Keys)
                .Where(key => !tried.Contains(key))
                .MinBy(key => Distance(sticky, key, 1));

    /// <summary>Exponentially distributed by weight: the least of several is each with the probability of its share.</summary>
    private static double Distance(string sticky, string what, int weight)
    {
        // FNV-1a with a finish: the same on every node, which string.GetHashCode is not.
        var hash = 14695981039346656037UL;
        foreach (var letter in sticky)
            hash = (hash ^ letter) * 1099511628211UL;
        hash = (hash ^ '|') * 1099511628211UL;
        foreach (var letter in what)
            hash = (hash ^ letter) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return -Math.Log(((hash >> 11) + 0.5) / (1UL << 53)) / Math.Max(1, weight);
    }
}
