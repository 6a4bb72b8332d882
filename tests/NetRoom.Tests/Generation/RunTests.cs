using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;

namespace NetRoom.Tests.Generation;

/// <summary>The one way through, on a real database: hold, run, settle.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RunTests(Postgres postgres)
{
    private static readonly Money Ten = Money.Roubles(10);

    [Fact]
    public async Task A_finished_answer_costs_what_the_provider_counted()
    {
        await using var node = await Node.FirstAsync(
            postgres,
            _ => Of(Says("Hello"), Says(" there"), Ends(1_000, 2_000))
        );
        var run = await node.BeginAsync();
        await node.PurseOf(run).ShouldHaveAsync(Money.Roubles(7), Money.Roubles(3));
        await node.LaunchAsync(run);
        var events = await node.ReadAsync(run.RunId);
        string.Concat(events.Where(it => it.Kind == RunEventKind.Text).Select(it => it.Body))
            .ShouldBe("Hello there");

        // 1,000 × 0.025 ₽ and 2,000 × 0.2 ₽ for each thousand.
        var outcome = node.Told.ShouldHaveSingleItem();
        (outcome.State, outcome.Text, outcome.Charged, outcome.Estimated).ShouldBe(
            (RunState.Completed, "Hello there", new Money(425_000), false)
        );
        await node.PurseOf(run).ShouldHaveAsync(Ten - new Money(425_000), Money.Zero);
    }

    [Fact]
    [Invariant(10)]
    public async Task An_answer_beyond_its_ceiling_costs_the_ceiling()
    {
        await using var node = await Node.FirstAsync(
            postgres,
            _ => Of(Says("long"), Ends(1_000, 900_000))
        );
        var run = await node.BeginAsync();
        await node.LaunchAsync(run);
        await node.ReadAsync(run.RunId);
        node.Told.ShouldHaveSingleItem().Charged.ShouldBe(run.Quote.Ceiling);
        await node.PurseOf(run).ShouldHaveAsync(Money.Roubles(7), Money.Zero);
    }

    [Fact]
    public async Task An_empty_answer_costs_nothing() =>
        await ShouldCostNothingAsync(
            _ => Of(Says("  \n"), Ends(1_000, 2_000)),
            "generation.failed.empty"
        );

    [Fact]
    public async Task An_answer_that_was_cut_costs_nothing() =>
        await ShouldCostNothingAsync(
            _ =>
                new(cancel =>
                    BreakAsync(new ProviderException(ProviderErrorKind.Cut, "cut"), cancel)
                ),
            "generation.failed.cut"
        );

    [Fact]
    [BillingFailure(19)]
    public async Task A_bug_of_ours_costs_nothing() =>
        await ShouldCostNothingAsync(
            _ => new(cancel => BreakAsync(new InvalidOperationException("ours"), cancel)),
            "generation.failed.unexpected"
        );

    [Fact]
    public async Task A_unit_without_a_price_costs_nothing()
    {
        var usage = new UsageDetails
        {
            InputTokenCount = 10,
            OutputTokenCount = 10,
            AdditionalCounts = new() { [UsageReading.SearchCalls] = 3 },
        };
        await ShouldCostNothingAsync(
            _ =>
                Of(
                    Says("found"),
                    new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)])
                ),
            "generation.failed.unexpected"
        );
    }

    [Fact]
    public async Task A_stopped_answer_costs_what_it_had_written()
    {
        await using var node = await Node.FirstAsync(
            postgres,
            _ => new(cancel => HangAsync(new string('a', 400), cancel))
        );
        var run = await node.BeginAsync();
        await node.LaunchAsync(run);
        await Node.UntilAsync(() => Task.FromResult(Live(node, run) is { HasText: true }));
        await StopAsync(node, run);
        await node.ReadAsync(run.RunId);

        // "hello" is two tokens, 400 letters are 100; rounded up to a hundredth of a kopeck.
        var outcome = node.Told.ShouldHaveSingleItem();
        (outcome.State, outcome.Charged, outcome.Estimated).ShouldBe(
            (RunState.Stopped, new Money(20_100), true)
        );
        await node.PurseOf(run).ShouldHaveAsync(Ten - new Money(20_100), Money.Zero);
    }

    [Fact]
    public async Task A_run_that_was_stopped_before_its_first_word_costs_nothing()
    {
        await using var node = await Node.FirstAsync(
            postgres,
            _ => new(cancel => HangAsync("", cancel))
        );
        var run = await node.BeginAsync();
        await node.LaunchAsync(run);
        await StopAsync(node, run);
        await node.ReadAsync(run.RunId);
        var outcome = node.Told.ShouldHaveSingleItem();
        (outcome.State, outcome.Charged).ShouldBe((RunState.Stopped, Money.Zero));
        await node.PurseOf(run).ShouldHaveAsync(Ten, Money.Zero);
    }

    [Fact]
    [BillingFailure(2)]
    public async Task A_wallet_that_is_too_small_starts_nothing()
    {
        await using var node = await Node.FirstAsync(postgres, _ => Of(Says("never")));
        var run = await node.BeginAsync();
        await using var scope = node.Services.CreateAsyncScope();
        var greedy = run with { RunId = Ids.New(), Quote = Purse.QuoteOf(Money.Roubles(8)) };
        var outcome = await scope
            .ServiceProvider.GetRequiredService<IGenerations>()
            .StartAsync(greedy, default);
        outcome.Problem!.Code.ShouldBe("billing.balance_short");
        (await node.Database.ScalarAsync<long>("SELECT count(*) FROM generation.run")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_settlers_at_once_settle_once()
    {
        await using var node = await Node.FirstAsync(postgres, _ => Of(Says("never")));
        for (var round = 0; round < 10; round++)
        {
            node.Told.Clear();
            var run = await node.BeginAsync();
            var done = Charged(run, Money.Kopecks(42));
            var failed = done with
            {
                State = RunState.Failed,
                Charge = null,
                Failure = "generation.failed.cut",
            };
            var outcomes = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(i =>
                        node.SettleAsync(run.RunId, node.Id, i % 2 == 0 ? done : failed, 1)
                    )
            );
            var winner = outcomes.OfType<RunOutcome>().ShouldHaveSingleItem();
            node.Told.ShouldHaveSingleItem().ShouldBe(winner);
            (await node.StateAsync(run.RunId)).ShouldBe((short)winner.State);
            await node.PurseOf(run).ShouldHaveAsync(Ten - winner.Charged, Money.Zero);
        }
    }

    [Fact]
    public async Task A_node_may_not_settle_what_is_anothers_and_the_reaper_not_what_is_alive()
    {
        await using var node = await Node.FirstAsync(postgres, _ => Of(Says("never")));
        var run = await node.BeginAsync();
        (
            await node.SettleAsync(run.RunId, Ids.New(), Charged(run, Money.Kopecks(1)), 1)
        ).ShouldBeNull();
        (await node.SettleAsync(run.RunId, null, Charged(run, Money.Kopecks(1)), 1)).ShouldBeNull();
        (await node.StateAsync(run.RunId)).ShouldBe((short)RunState.Running);
    }

    [Fact]
    [Fault(6)]
    [Invariant(41)]
    public async Task An_owner_that_fails_leaves_the_money_as_it_was()
    {
        await using var node = await Node.FirstAsync(postgres, _ => Of(Says("never")));
        var run = await node.BeginAsync();
        await new Purse(node.Database, run.AccountId).SqlAsync(
            $"UPDATE generation.run SET origin = 'nobody' WHERE id = '{run.RunId}'"
        );
        await Should.ThrowAsync<InvalidOperationException>(() =>
            node.SettleAsync(run.RunId, node.Id, Charged(run, Money.Kopecks(1)), 1)
        );
        await node.PurseOf(run).ShouldHaveAsync(Money.Roubles(7), Money.Roubles(3));
    }

    private static Ending Charged(RunRequest run, Money amount) =>
        new(
            RunState.Completed,
            "text",
            "",
            Purse.ChargeOf(amount) with
            {
                Uncapped = run.Quote.Ceiling,
            },
            new Usage([new UnitCount(UnitKind.Output, 12)]),
            null,
            false
        );

    private async Task ShouldCostNothingAsync(
        Func<ModelInfo, FakeChatClient> client,
        string failure
    )
    {
        await using var node = await Node.FirstAsync(postgres, client);
        var run = await node.BeginAsync();
        await node.LaunchAsync(run);
        (await node.ReadAsync(run.RunId))[^1].Kind.ShouldBe(RunEventKind.End);
        var outcome = node.Told.ShouldHaveSingleItem();
        (outcome.State, outcome.Charged, outcome.Failure).ShouldBe(
            (RunState.Failed, Money.Zero, failure)
        );
        await node.PurseOf(run).ShouldHaveAsync(Ten, Money.Zero);
    }

    private static LiveRun? Live(Node node, RunRequest run) =>
        node.Services.GetRequiredService<LiveRuns>().Find(run.RunId);

    private static async Task StopAsync(Node node, RunRequest run)
    {
        await using var scope = node.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<IGenerations>()
            .StopAsync(run.AccountId, run.RunId, default);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BreakAsync(
        Exception failure,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        yield return Says("half an ans");
        await Task.Delay(1, cancel);
        throw failure;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HangAsync(
        string text,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        yield return Says(text);
        await Task.Delay(Timeout.Infinite, cancel);
    }
}
