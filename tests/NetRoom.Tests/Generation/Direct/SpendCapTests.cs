using NetRoom.Generation.Direct;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;

namespace NetRoom.Tests.Generation.Direct;

/// <summary>A balance, and a key's own limits, when calls come all at once.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SpendCapTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly Money Ten = Money.Roubles(10);
    private Node node = null!;
    private Caller caller = null!;
    private Money ceiling;

    public async Task InitializeAsync()
    {
        node = await Node.FirstAsync(postgres, _ => Of(Says("Hello"), Ends(1_000, 500)));
        caller = await Caller.OfAsync(node, Ten);
        await using var run = await caller.StartAsync();
        ceiling = run.Quote.Ceiling;
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    [BillingFailure(1)]
    public async Task Parallel_calls_cannot_pass_the_balance()
    {
        var poor = await Caller.OfAsync(node, new Money(ceiling.Micro * 5));
        var started = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => poor.TryStartAsync(poor.Request()))
        );
        started.Count(it => it.Problem is null).ShouldBe(5);
        started
            .Where(it => it.Problem is not null)
            .ShouldAllBe(it => it.Problem!.Code == "billing.balance_short");
        await poor.Purse.ShouldHaveAsync(Money.Zero, new Money(ceiling.Micro * 5));
    }

    [Fact]
    [BillingFailure(1)]
    public async Task Parallel_calls_cannot_pass_a_keys_day()
    {
        var cap = new SpendCap(Ids.New(), new Money(ceiling.Micro * 3), null);
        var started = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => caller.TryStartAsync(caller.Request(cap: cap)))
        );
        started.Count(it => it.Problem is null).ShouldBe(3);
        var refused = started.First(it => it.Problem is not null).Problem!;
        (refused.Kind, refused.Code, refused.Args[0], refused.Args[1]).ShouldBe(
            (ProblemKind.Forbidden, "generation.cap_day", ceiling, Money.Zero)
        );
        (await caller.SpentTodayAsync(cap.Id)).ShouldBe(ceiling.Micro * 3);
        await caller.Purse.AuditAsync();
    }

    [Fact]
    public async Task What_a_run_did_not_cost_is_the_keys_again()
    {
        var cap = new SpendCap(Ids.New(), null, new Money(ceiling.Micro + 125_000));
        await caller.AskAsync(cap: cap);
        (await caller.SpentTodayAsync(cap.Id)).ShouldBe(125_000);
        await caller.AskAsync(cap: cap);
        var third = await caller.TryStartAsync(caller.Request(cap: cap));
        (third.Problem?.Code, third.Problem?.Args[1]).ShouldBe(
            ("generation.cap_month", new Money(ceiling.Micro - 125_000))
        );
    }

    [Fact]
    public async Task A_new_day_is_open_and_its_month_goes_on()
    {
        var cap = new SpendCap(Ids.New(), ceiling, null);
        await caller.AskAsync(cap: cap);
        (await caller.TryStartAsync(caller.Request(cap: cap))).Problem?.Code.ShouldBe(
            "generation.cap_day"
        );
        await caller.Purse.SqlAsync("UPDATE generation.spend SET day = day - 1");
        await caller.AskAsync(cap: cap);
        (await caller.SpentTodayAsync(cap.Id)).ShouldBe(125_000);
        (
            await node.Database.ScalarAsync<long>(
                $"SELECT month_micro FROM generation.spend WHERE cap_id = '{cap.Id}'"
            )
        ).ShouldBe(250_000);
    }

    [Fact]
    public async Task What_the_balance_refuses_does_not_count_against_the_key()
    {
        var cap = new SpendCap(Ids.New(), Money.Roubles(100), null);
        var poor = await Caller.OfAsync(node, new Money(ceiling.Micro - 1));
        (await poor.TryStartAsync(poor.Request(cap: cap))).Problem?.Code.ShouldBe(
            "billing.balance_short"
        );
        (await poor.SpentTodayAsync(cap.Id)).ShouldBe(0);
    }

    [Fact]
    [BillingFailure(15)]
    public async Task A_short_balance_shortens_an_answer_without_a_limit()
    {
        var poor = await Caller.OfAsync(node, ceiling);
        await using (var run = await poor.StartAsync(limit: null))
        {
            run.Quote.MaxOutputTokens.ShouldBeInRange(900, 1_000);
            run.Quote.Ceiling.ShouldBeLessThanOrEqualTo(ceiling);
        }
        var empty = await Caller.OfAsync(node, new Money(100));
        (await empty.TryStartAsync(empty.Request(limit: null))).Problem?.Code.ShouldBe(
            "billing.balance_short"
        );
    }

    [Fact]
    public async Task Many_callers_share_commits_and_the_ledger_stays_right()
    {
        var callers = new List<Caller>();
        for (var at = 0; at < 6; at++)
            callers.Add(await Caller.OfAsync(node, Ten));
        var cap = callers.ConvertAll(_ => new SpendCap(Ids.New(), Ten, Ten));
        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(at => callers[at % callers.Count].AskAsync(cap: cap[at % callers.Count]))
        );
        for (var at = 0; at < callers.Count; at++)
        {
            await callers[at].Purse.ShouldHaveAsync(Ten - new Money(1_250_000), Money.Zero);
            (await callers[at].SpentTodayAsync(cap[at].Id)).ShouldBe(1_250_000);
        }
    }
}
