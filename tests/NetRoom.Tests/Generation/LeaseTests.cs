using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Generation;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;

namespace NetRoom.Tests.Generation;

/// <summary>Several nodes on one database; one of them falls silent.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LeaseTests(Postgres postgres)
{
    private static readonly Money Ten = Money.Roubles(10);
    private readonly TaskCompletionSource gate = new();
    private bool wasCancelled;

    [Fact]
    public async Task A_silent_nodes_run_is_reaped_and_its_late_word_changes_nothing()
    {
        await using var silent = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        await using var other = silent.Another();
        await silent.StartAsync<RunJournal>();
        var run = await BeginAsync(silent);
        await Node.UntilAsync(async () =>
            await silent.Database.ScalarAsync<long>("SELECT count(*) FROM generation.event") > 0
        );
        await LapseAsync(silent, run);

        await other.StartAsync<RunKeeper>();
        await Node.UntilAsync(async () =>
            await silent.StateAsync(run.RunId) == (short)RunState.Interrupted
        );
        var reaped = other.Told.ShouldHaveSingleItem();
        (reaped.State, reaped.Text, reaped.Charged).ShouldBe(
            (RunState.Interrupted, "the first half", Money.Zero)
        );
        await silent.PurseOf(run).ShouldHaveAsync(Ten, Money.Zero);

        // The silent node finishes its answer and wants to be paid.
        gate.SetResult();
        await Node.UntilAsync(() =>
            Task.FromResult(silent.Services.GetRequiredService<LiveRuns>().Find(run.RunId) is null)
        );
        silent.Told.ShouldBeEmpty();
        (await silent.StateAsync(run.RunId)).ShouldBe((short)RunState.Interrupted);
        await silent.PurseOf(run).ShouldHaveAsync(Ten, Money.Zero);
        var seen = await other.ReadAsync(run.RunId);
        seen.Select(item => item.Seq).ShouldBe(Enumerable.Range(1, seen.Count));
        seen[^1].Kind.ShouldBe(RunEventKind.End);
    }

    [Fact]
    public async Task A_node_that_wakes_up_and_finds_its_run_lost_stops_the_provider()
    {
        await using var silent = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        await using var other = silent.Another();
        var run = await BeginAsync(silent);
        await LapseAsync(silent, run);
        await other.StartAsync<RunKeeper>();
        await Node.UntilAsync(async () =>
            await silent.StateAsync(run.RunId) == (short)RunState.Interrupted
        );

        await silent.StartAsync<RunKeeper>();
        await Node.UntilAsync(() =>
            Task.FromResult(silent.Services.GetRequiredService<LiveRuns>().Find(run.RunId) is null)
        );
        wasCancelled.ShouldBeTrue();
        silent.Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_that_beats_keeps_its_runs()
    {
        await using var node = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        var run = await BeginAsync(node);
        await LapseAsync(node, run);
        // Whoever comes first, the beat before the reaper, has the run.
        await node.StartAsync<RunKeeper>();
        await Task.Delay(500);
        (await node.StateAsync(run.RunId)).ShouldBe((short)RunState.Running);
        gate.SetResult();
        await node.ReadAsync(run.RunId);
        node.Told.ShouldHaveSingleItem().State.ShouldBe(RunState.Completed);
    }

    [Fact]
    public async Task A_reader_on_another_node_sees_the_same_answer()
    {
        await using var owner = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        await using var other = owner.Another();
        await owner.StartAsync<RunJournal>();
        await owner.StartAsync<RunBell>();
        await other.StartAsync<RunBell>();
        var run = await BeginAsync(owner);
        var reading = other.ReadAsync(run.RunId);
        var here = owner.ReadAsync(run.RunId);
        gate.SetResult();
        (await reading).ShouldBe(await here);
        (await other.ReadAsync(run.RunId, after: 1)).ShouldBe((await here).Skip(1));
    }

    [Fact]
    public async Task Stop_is_heard_on_the_node_that_has_the_run()
    {
        await using var owner = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        await using var other = owner.Another();
        await owner.StartAsync<RunBell>();
        var run = await BeginAsync(owner);
        await Node.UntilAsync(async () =>
        {
            await using var scope = other.Services.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<IGenerations>()
                .StopAsync(run.AccountId, run.RunId, default);
            return await owner.StateAsync(run.RunId) == (short)RunState.Stopped;
        });
        var outcome = owner.Told.ShouldHaveSingleItem();
        (outcome.State, outcome.Text).ShouldBe((RunState.Stopped, "the first half"));
    }

    [Fact]
    public async Task A_stranger_cannot_stop_a_run()
    {
        await using var owner = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        var run = await BeginAsync(owner);
        await using var scope = owner.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<IGenerations>()
            .StopAsync(Ids.New(), run.RunId, default);
        owner
            .Services.GetRequiredService<LiveRuns>()
            .Find(run.RunId)!
            .StopRequested.ShouldBeFalse();
        gate.SetResult();
        await owner.ReadAsync(run.RunId);
    }

    /// <summary>Half an answer has been written.</summary>
    private static async Task<RunRequest> BeginAsync(Node node)
    {
        var run = await node.BeginAsync();
        await node.LaunchAsync(run);
        var live = node.Services.GetRequiredService<LiveRuns>();
        await Node.UntilAsync(() => Task.FromResult(live.Find(run.RunId) is { HasText: true }));
        return run;
    }

    private static Task<int> LapseAsync(Node node, RunRequest run) =>
        new Purse(node.Database, run.AccountId).SqlAsync(
            $"UPDATE generation.run SET lease_until = now() - interval '1 second' WHERE id = '{run.RunId}'"
        );

    private async IAsyncEnumerable<ChatResponseUpdate> TalkAsync(
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        yield return Says("the first half");
        try
        {
            await gate.Task.WaitAsync(cancel);
        }
        finally
        {
            wasCancelled = cancel.IsCancellationRequested;
        }

        yield return Says(" and the second");
        yield return Ends(100, 100);
    }
}
