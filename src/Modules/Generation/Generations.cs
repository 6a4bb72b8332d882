using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetRoom.Billing;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Generation;

internal sealed class Generations(
    NetRoomDb db,
    IWallet wallet,
    Quotes.Quotes quotes,
    LiveRuns runs,
    RunBell bell,
    RunExecution execution,
    IOptions<GenerationOptions> options,
    TimeProvider clock
) : IGenerations
{
    public Outcome<Quote> Quote(QuoteRequest request) => quotes.For(request);

    public async Task<Outcome<RunRequest>> StartAsync(RunRequest request, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var hold = await wallet.HoldAsync(
            new HoldRequest(
                Ids.New(),
                request.AccountId,
                request.RunId,
                request.Quote,
                SpendCategory.Text,
                ExpiresAt: now + TimeSpan.FromHours(1)
            ),
            cancel
        );
        if (!hold.Succeeded(out var holdId, out var problem))
            return problem;

        db.Add(
            new Run
            {
                Id = request.RunId,
                AccountId = request.AccountId,
                Origin = request.Origin,
                SubjectId = request.SubjectId,
                ModelId = request.Model.Id,
                HoldId = holdId,
                Node = runs.Node,
                LeaseUntil = now + options.Value.Lease,
                StartedAt = now,
            }
        );
        await db.SaveChangesAsync(cancel);
        return request;
    }

    public void Launch(RunRequest request)
    {
        var live = new LiveRun(request, clock);
        if (runs.Add(live))
            // The run is the server's: it outlives the request that started it.
            _ = Task.Run(() => execution.ExecuteAsync(live), CancellationToken.None);
    }

    public async Task StopAsync(Guid accountId, Guid runId, CancellationToken cancel)
    {
        var asked = await db.Set<Run>()
            .Where(run => run.Id == runId && run.AccountId == accountId && run.EndedAt == null)
            .ExecuteUpdateAsync(run => run.SetProperty(it => it.StopRequested, true), cancel);
        if (asked == 0)
            return;
        if (runs.Find(runId) is { } live)
            live.RequestStop();
        else
            await bell.RingAsync(RunBell.Stop(runId), cancel);
    }

    public IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, int after, CancellationToken cancel) =>
        runs.Find(runId) is { } live
            ? live.ReadAsync(after, cancel)
            : ReadTableAsync(runId, after, cancel);

    private async IAsyncEnumerable<RunEvent> ReadTableAsync(
        Guid runId,
        int after,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        // The run is another node's and does not end with this one: its readers are sent there.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(
            cancel,
            runs.Leaving.Token
        );
        cancel = leaving.Token;
        await bell.RingAsync(RunBell.Watch(runId), cancel);
        while (true)
        {
            // Asked before the events are read: the last of them are written in the transaction that ends the run.
            var hasEnded = await db.Set<Run>()
                .AnyAsync(run => run.Id == runId && run.EndedAt != null, cancel);
            var rows = await db.Set<RunEventRow>()
                .Where(row => row.RunId == runId && row.Seq > after)
                .OrderBy(row => row.Seq)
                .ToListAsync(cancel);
            foreach (var row in rows)
            {
                yield return row.ToEvent();
                if (row.Kind == RunEventKind.End)
                    yield break;
                after = row.Seq;
            }

            if (rows.Count > 0)
                continue;
            if (hasEnded)
            {
                // Ended and cleared away: its owner has the rest.
                yield return new RunEvent(after + 1, RunEventKind.End, "");
                yield break;
            }

            await bell.WaitAsync(runId, cancel);
        }
    }
}
