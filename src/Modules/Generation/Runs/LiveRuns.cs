using System.Collections.Concurrent;

namespace NetRoom.Generation.Runs;

/// <summary>The runs of this node, and the node's own name.</summary>
internal sealed class LiveRuns
{
    private readonly ConcurrentDictionary<Guid, LiveRun> runs = new();

    /// <summary>Cancelled when this node is told to stop.</summary>
    public CancellationTokenSource Leaving { get; } = new();

    /// <summary>New at each start: a node that comes back is another node, so its old leases run out.</summary>
    public Guid Node { get; } = Kernel.Ids.New();

    public ICollection<LiveRun> All => runs.Values;

    public LiveRun? Find(Guid runId) => runs.GetValueOrDefault(runId);

    public bool Add(LiveRun run) => runs.TryAdd(run.Request.RunId, run);

    public void Remove(Guid runId) => runs.TryRemove(runId, out _);
}
