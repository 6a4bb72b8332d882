using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using NetRoom.Api.Callers;

namespace NetRoom.Api.Limits;

/// <summary>The meters of this node: each node lets through the whole limit.</summary>
internal sealed class RequestMeters(IOptions<ApiLimitsOptions> options, TimeProvider clock)
{
    private const int Many = 10_000;
    private readonly ApiLimitsOptions limits = options.Value;
    private readonly ConcurrentDictionary<Guid, RequestMeter> meters = new();

    public RequestMeter OfKey(ApiCaller caller) =>
        Of(caller.KeyId, limits.RequestsPerMinute, limits.ParallelRequests);

    public RequestMeter OfAccount(ApiCaller caller) =>
        Of(caller.AccountId, limits.AccountRequestsPerMinute, limits.AccountParallelRequests);

    private RequestMeter Of(Guid id, int perMinute, int parallel)
    {
        if (meters.TryGetValue(id, out var known))
            return known;
        if (meters.Count > Many)
            Sweep();
        return meters.GetOrAdd(id, _ => new RequestMeter(perMinute, parallel));
    }

    private void Sweep()
    {
        var now = clock.GetUtcNow();
        foreach (var (id, meter) in meters)
            if (meter.IsIdle(now))
                meters.TryRemove(KeyValuePair.Create(id, meter));
    }
}
