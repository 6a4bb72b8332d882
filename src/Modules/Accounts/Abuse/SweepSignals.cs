using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Data;
using Quartz;

namespace NetRoom.Accounts.Abuse;

/// <summary>Each night: forgets signals that nobody has shown for their term.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepSignals(NetRoomDb db, IOptions<AbuseOptions> options, TimeProvider clock)
    : IJob
{
    public const string Nightly = "0 25 3 * * ?";

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        var before = clock.GetUtcNow().AddDays(-options.Value.Days);
        await db.Set<AbuseSignal>()
            .Where(row => row.SeenAt < before)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
