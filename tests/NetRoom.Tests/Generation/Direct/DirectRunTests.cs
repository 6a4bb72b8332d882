using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NetRoom.Generation;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;

namespace NetRoom.Tests.Generation.Direct;

/// <summary>Paid runs that their caller reads itself: held for, run and settled with two statements.</summary>
[Collection(PostgresCollection.Name)]
public sealed class DirectRunTests(Postgres postgres)
{
    private static readonly Money Ten = Money.Roubles(10);
    private readonly TaskCompletionSource gate = new();

    [Fact]
    public async Task A_finished_answer_costs_what_the_provider_counted()
    {
        await using var node = await Of(Says("Hello"), Says(" there"), Ends(1_000, 500));
        var caller = await Caller.OfAsync(node, Ten);
        await using var run = await caller.StartAsync();
        await caller.Purse.ShouldHaveAsync(Ten - run.Quote.Ceiling, run.Quote.Ceiling);
        var (text, end) = await Caller.ReadAsync(run);
        (text, end.State, end.Charged).ShouldBe(
            ("Hello there", RunState.Completed, new Money(125_000))
        );
        end.Usage!.Estimated.ShouldBeFalse();
        await caller.Purse.ShouldHaveAsync(Ten - end.Charged, Money.Zero);
        (await node.StateAsync(run.Id)).ShouldBe((short)RunState.Completed);
    }

    [Fact]
    [BillingFailure(6)]
    public async Task An_answer_without_a_word_costs_nothing() =>
        await ShouldBeFreeAsync("generation.failed.empty", Says(" \n"), Ends(1_000, 500));

    [Fact]
    [BillingFailure(6)]
    public async Task A_refusal_without_output_costs_nothing() =>
        await ShouldBeFreeAsync(
            "generation.failed.refused",
            new ChatResponseUpdate(ChatRole.Assistant, [])
            {
                FinishReason = ChatFinishReason.ContentFilter,
            }
        );

    [Fact]
    [BillingFailure(6)]
    public async Task What_turns_out_to_have_no_price_is_not_charged_and_not_held_for_ever()
    {
        var end = Ends(1_000, 500);
        end.Contents.OfType<UsageContent>().Single().Details.AdditionalCounts = new()
        {
            [UsageReading.AudioInput] = 100,
        };
        await ShouldBeFreeAsync("generation.failed.unexpected", Says("Hello"), end);
    }

    [Fact]
    public async Task What_a_tool_is_called_with_is_an_answer()
    {
        await using var node = await Of(
            new ChatResponseUpdate(
                ChatRole.Assistant,
                [new FunctionCallContent("1", "weather") { RawRepresentation = "{}" }]
            ),
            Ends(1_000, 500)
        );
        var (_, end) = await (await Caller.OfAsync(node, Ten)).AskAsync();
        end.Charged.ShouldBe(new Money(125_000));
    }

    [Theory]
    [BillingFailure(3, 7, 19)]
    [InlineData(ProviderErrorKind.Cut, "generation.failed.cut")]
    [InlineData(ProviderErrorKind.Overloaded, "generation.failed.overloaded")]
    [InlineData(null, "generation.failed.unexpected")]
    public async Task An_answer_that_breaks_off_costs_nothing(ProviderErrorKind? kind, string code)
    {
        await using var node = await Node.FirstAsync(
            postgres,
            _ =>
                new(cancel =>
                    BreakAsync(
                        kind is { } known
                            ? new ProviderException(known, "broke")
                            : new InvalidOperationException("ours"),
                        cancel
                    )
                )
        );
        var caller = await Caller.OfAsync(node, Ten);
        var (text, end) = await caller.AskAsync();
        (text, end.Failure?.Code, end.Charged).ShouldBe(("half", code, Money.Zero));
        await caller.Purse.ShouldHaveAsync(Ten, Money.Zero);
    }

    [Fact]
    [BillingFailure(4, 5)]
    public async Task Who_hangs_up_pays_what_was_written_and_the_provider_is_cut_off()
    {
        await using var node = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        var caller = await Caller.OfAsync(node, Ten);
        using var connection = new CancellationTokenSource();
        await using var run = await caller.StartAsync();
        await foreach (
            var update in run.StreamAsync([new(ChatRole.User, "hello")], new(), connection.Token)
        )
            await connection.CancelAsync();
        var end = await run.EndAsync();
        // The prompt's 1,000 tokens and the three of "forty letters…" that had come.
        (end.State, end.Charged).ShouldBe((RunState.Stopped, new Money(27_000)));
        end.Usage!.Estimated.ShouldBeTrue();
        await caller.Purse.ShouldHaveAsync(Ten - end.Charged, Money.Zero);
    }

    [Fact]
    [BillingFailure(5)]
    public async Task A_provider_that_drains_is_read_to_the_end_and_paid_whole()
    {
        await using var node = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        node.Market.DrainsAnswers = true;
        gate.SetResult();
        var caller = await Caller.OfAsync(node, Ten);
        using var connection = new CancellationTokenSource();
        await connection.CancelAsync();
        await using var run = await caller.StartAsync();
        var (_, end) = await Caller.ReadAsync(run, connection.Token);
        (end.State, end.Charged).ShouldBe((RunState.Completed, new Money(125_000)));
    }

    [Fact]
    public async Task Usage_that_is_missing_is_estimated_and_marked()
    {
        await using var node = await Of(
            Says(new string('x', 400)),
            new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop }
        );
        var (_, end) = await (await Caller.OfAsync(node, Ten)).AskAsync();
        // 1,000 tokens of the prompt, 100 of the answer.
        (end.Charged, end.Usage!.Estimated).ShouldBe((new Money(45_000), true));
    }

    [Fact]
    [BillingFailure(8)]
    public async Task Usage_that_is_zero_is_zero()
    {
        await using var node = await Of(Says("free"), Ends(0, 0));
        var caller = await Caller.OfAsync(node, Ten);
        var (_, end) = await caller.AskAsync();
        (end.State, end.Charged).ShouldBe((RunState.Completed, Money.Zero));
        await caller.Purse.ShouldHaveAsync(Ten, Money.Zero);
    }

    [Fact]
    [BillingFailure(2)]
    public async Task Nothing_above_the_ceiling_is_charged()
    {
        await using var node = await Of(Says("dear"), Ends(1_000, 900_000));
        var caller = await Caller.OfAsync(node, Ten);
        await using var run = await caller.StartAsync();
        (await Caller.ReadAsync(run)).End.Charged.ShouldBe(run.Quote.Ceiling);
    }

    [Fact]
    [BillingFailure(17)]
    public async Task A_run_is_settled_once_however_often_it_is_asked()
    {
        await using var node = await Of(Says("Hello"), Ends(1_000, 500));
        var caller = await Caller.OfAsync(node, Ten);
        await using (var run = await caller.StartAsync())
        {
            var (_, end) = await Caller.ReadAsync(run);
            (await run.EndAsync()).ShouldBe(end);
        }
        await caller.Purse.ShouldHaveAsync(Ten - new Money(125_000), Money.Zero);
    }

    [Fact]
    [BillingFailure(3)]
    public async Task A_killed_nodes_run_is_reaped_and_its_late_word_changes_nothing()
    {
        await using var killed = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        await using var other = killed.Another();
        var caller = await Caller.OfAsync(killed, Ten);
        var cap = new SpendCap(Ids.New(), Money.Roubles(1), null);
        var run = await caller.StartAsync(cap: cap);
        await caller.Purse.SqlAsync(
            $"UPDATE generation.run SET lease_until = '-infinity' WHERE id = '{run.Id}'"
        );
        await other.StartAsync<RunKeeper>();
        await Node.UntilAsync(async () =>
            await killed.StateAsync(run.Id) == (short)RunState.Interrupted
        );
        await caller.Purse.ShouldHaveAsync(Ten, Money.Zero);
        (await caller.SpentTodayAsync(cap.Id)).ShouldBe(0);

        gate.SetResult();
        (await Caller.ReadAsync(run)).End.Charged.ShouldBe(Money.Zero);
        await caller.Purse.ShouldHaveAsync(Ten, Money.Zero);
    }

    [Fact]
    public async Task A_node_that_beats_keeps_its_runs()
    {
        await using var node = await Node.FirstAsync(postgres, _ => new(TalkAsync));
        var caller = await Caller.OfAsync(node, Ten);
        await using var run = await caller.StartAsync();
        var before = await LeaseAsync();
        await node.StartAsync<RunKeeper>();
        await Node.UntilAsync(async () => await LeaseAsync() > before);
        (await node.StateAsync(run.Id)).ShouldBe((short)RunState.Running);

        Task<DateTime> LeaseAsync() =>
            node.Database.ScalarAsync<DateTime>(
                $"SELECT lease_until FROM generation.run WHERE id = '{run.Id}'"
            );
    }

    private Task<Node> Of(params ChatResponseUpdate[] updates) =>
        Node.FirstAsync(postgres, _ => FakeChatClient.Of(updates));

    private async Task ShouldBeFreeAsync(string code, params ChatResponseUpdate[] updates)
    {
        await using var node = await Of(updates);
        var caller = await Caller.OfAsync(node, Ten);
        var (_, end) = await caller.AskAsync(limit: null);
        (end.Failure?.Code, end.Charged).ShouldBe((code, Money.Zero));
        await caller.Purse.ShouldHaveAsync(Ten, Money.Zero);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BreakAsync(
        Exception failure,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await Task.Yield();
        cancel.ThrowIfCancellationRequested();
        yield return Says("half");
        throw failure;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> TalkAsync(
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        yield return Says(new string('x', 40));
        await gate.Task.WaitAsync(cancel);
        yield return Ends(1_000, 500);
    }
}
