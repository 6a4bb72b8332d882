using Microsoft.EntityFrameworkCore;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel.Data;

namespace NetRoom.Generation.Runs;

/// <summary>
/// Tells the sweeper what became of a run. Money moves in the transaction that ends a run, so a hold that is open although its run
/// ended was not charged and never will be; a hold without a run is of a start that was broken off.
/// </summary>
internal sealed class RunHolds(NetRoomDb db) : IHoldOwner
{
    public HoldKind Kind => HoldKind.Run;

    public async Task<HoldVerdict> AskAsync(
        Guid jobId,
        DateTimeOffset heldAt,
        CancellationToken cancel
    )
    {
        var run = await db.Set<Run>()
            .Where(row => row.Id == jobId)
            .Select(row => new { row.EndedAt, row.ChargedMicro })
            .SingleOrDefaultAsync(cancel);
        return run switch
        {
            null => new HoldVerdict.Failed("no_run"),
            // A dead node's run is ended by the reaper, who moves the money as well.
            { EndedAt: null } => new HoldVerdict.Unknown(),
            { ChargedMicro: > 0 } => new HoldVerdict.Unknown(),
            _ => new HoldVerdict.Failed("run_ended"),
        };
    }
}
