#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Generation;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Providers;

namespace NetRoom.Tests.Generation;

public sealed class LiveRunTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_hundred_readers_see_the_same_events_without_a_hole()
    {
        var live = New();
        var random = new Random(100);
        var readers = Enumerable
            .Range(0, 100)
            .Select(_ => random.Next(3) == 0 ? 0 : random.Next(0, 40))
            .Select(after => Task.Run(async () => (after, await ReadAsync(live, after))))
            .ToList();
        for (var i = 0; i < 2_000; i++)
        {
            live.Append(random.Next(9) == 0 ? RunEventKind.Reasoning : RunEventKind.Text, $"{i} ");
            if (random.Next(4) == 0)
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 60)));
            if (random.Next(20) == 0)
                live.Tick();
            if (random.Next(50) == 0)
                await Task.Yield();
            if (i == 700)
                live.Restart();
        }

        live.End("");
        var late = await ReadAsync(live, 0);
        late.Select(item => item.Seq).ShouldBe(Enumerable.Range(1, late.Count));
        late[^1].Kind.ShouldBe(RunEventKind.End);
        foreach (var (after, events) in await Task.WhenAll(readers))
            events.ShouldBe(late.Skip(after));

        var afterRestart = late.Skip(late.FindIndex(item => item.Kind == RunEventKind.Restart) + 1)
            .ToList();
        Join(afterRestart, RunEventKind.Text).ShouldBe(live.Content.Text);
        Join(afterRestart, RunEventKind.Reasoning).ShouldBe(live.Content.Reasoning);
    }

    [Fact]
    public async Task Readers_get_at_most_twelve_and_a_half_events_a_second()
    {
        var live = New();
        for (var i = 0; i < 10_000; i++)
        {
            live.Append(RunEventKind.Text, "x");
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        live.End("");
        (await ReadAsync(live, 0)).Count.ShouldBeInRange(100, 127);
    }

    [Fact]
    public async Task A_last_word_that_waits_is_told_by_the_beat()
    {
        var live = New();
        live.Append(RunEventKind.Text, "first");
        live.Append(RunEventKind.Text, " second");
        live.LastSeq.ShouldBe(1);
        clock.Advance(LiveRun.Beat);
        live.Tick();
        live.LastSeq.ShouldBe(2);
        live.End("");
        Join(await ReadAsync(live, 0), RunEventKind.Text).ShouldBe("first second");
    }

    [Fact]
    public async Task Thought_and_text_keep_their_order()
    {
        var live = New();
        live.Append(RunEventKind.Reasoning, "let me see");
        live.Append(RunEventKind.Text, "the answer");
        live.Append(RunEventKind.Reasoning, "wait");
        live.End("");
        (await ReadAsync(live, 0))
            .Select(item => item.Kind)
            .ShouldBe([
                RunEventKind.Reasoning,
                RunEventKind.Text,
                RunEventKind.Reasoning,
                RunEventKind.End,
            ]);
    }

    [Fact]
    public void What_was_not_written_is_offered_again()
    {
        var live = New();
        live.Append(RunEventKind.Text, "one");
        live.Unstored(includePending: true).Count.ShouldBe(1);
        live.Unstored(includePending: true).Count.ShouldBe(1);
        live.MarkStored(1);
        live.Unstored(includePending: true).ShouldBeEmpty();
        live.Append(RunEventKind.Text, "two");
        live.Unstored(includePending: false).ShouldBeEmpty();
        live.Unstored(includePending: true).ShouldHaveSingleItem().Seq.ShouldBe(2);
    }

    [Fact]
    public async Task A_reader_who_leaves_does_not_hold_the_run()
    {
        var live = New();
        using var leave = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in live.ReadAsync(0, leave.Token)) { }
        });
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        live.Append(RunEventKind.Text, "goes on");
        live.End("");
        (await ReadAsync(live, 0)).Count.ShouldBe(2);
    }

    private LiveRun New() =>
        new(
            new RunRequest(
                Ids.New(),
                Ids.New(),
                "test",
                Ids.New(),
                FakeMarket.Model(),
                [],
                null,
                Purse.QuoteOf(Money.Roubles(1))
            ),
            clock
        );

    private static async Task<List<RunEvent>> ReadAsync(LiveRun live, int after)
    {
        var events = new List<RunEvent>();
        await foreach (var item in live.ReadAsync(after, CancellationToken.None))
            events.Add(item);
        return events;
    }

    private static string Join(IEnumerable<RunEvent> events, RunEventKind kind) =>
        string.Concat(events.Where(item => item.Kind == kind).Select(item => item.Body));
}
