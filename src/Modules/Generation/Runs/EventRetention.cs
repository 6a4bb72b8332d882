using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;
using Quartz;

namespace NetRoom.Generation.Runs;

/// <summary>Events are for readers of a running answer; a day later nobody is one.</summary>
internal sealed class EventRetention(NetRoomDb db, TimeProvider clock) : IJob
{
    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        var limit = clock.GetUtcNow() - TimeSpan.FromDays(1);
        await db.Set<RunEventRow>()
            .Where(row => db.Set<Run>().Any(run => run.Id == row.RunId && run.EndedAt < limit))
            .ExecuteDeleteAsync(cancellationToken);
    }
}
