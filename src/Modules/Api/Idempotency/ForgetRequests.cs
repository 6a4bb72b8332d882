using Quartz;

namespace NetRoom.Api.Idempotency;

/// <summary>Removes idempotency keys, and the answers kept with them, when their time is over.</summary>
internal sealed class ForgetRequests(Claims claims) : IJob
{
    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await claims.SweepAsync(cancellationToken);
}
