using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;

namespace NetRoom.Api.Idempotency;

/// <summary>Metadata: the endpoint is paid, and a request that names itself by an Idempotency-Key runs once.</summary>
internal sealed record RunsOnce;

/// <summary>A feature of a request that has an Idempotency-Key: the id that its run must have.</summary>
internal sealed record PaidAttempt(Guid RunId);

internal static class PaidAttempts
{
    /// <summary>For paid endpoints that take POST.</summary>
    public static TBuilder OncePerIdempotencyKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RunsOnce());

    /// <summary>The id for the run of this request: the same id is the same run, so it cannot be charged twice.</summary>
    public static Guid NewRunId(this HttpContext context) =>
        context.Features.Get<PaidAttempt>()?.RunId ?? Ids.New();
}
