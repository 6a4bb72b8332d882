#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>Many at once on what is one person's.</summary>
[Collection(PostgresCollection.Name)]
public sealed class CrowdTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    [Fault(13)]
    [BillingFailure(24)]
    [Invariant(16, 18)]
    public async Task A_thousand_notices_of_one_payment_credit_it_once()
    {
        var purse = New(database);
        var psp = Ids.New().ToString();
        var credited = 0;
        await ManyAsync(
            1_000,
            async _ =>
            {
                var outcome = await LedgerAsync(it =>
                    it.TopUpAsync(
                        new TopUp(Ids.New(), purse.Account, "bank", psp, R(7), true, InAnHour),
                        default
                    )
                );
                outcome.Succeeded(out var now, out var problem).ShouldBeTrue(problem?.Code);
                Interlocked.Add(ref credited, now ? 1 : 0);
            }
        );
        credited.ShouldBe(1);
        await purse.ShouldHaveAsync(R(7), R(0));
    }

    [Fact]
    [Fault(18, 19, 20, 21, 22)]
    [Invariant(8, 9, 25, 43)]
    public async Task Whatever_many_do_to_one_wallet_at_once_it_comes_out_even()
    {
        var purse = New(database);
        var payments = Enumerable.Range(0, 6).Select(_ => Ids.New()).ToArray();
        foreach (var payment in payments)
            await TopUpAsync(purse, payment, R(20));
        var holds = new ConcurrentBag<Guid>();
        var refunds = new ConcurrentBag<Guid>();
        await ManyAsync(
            600,
            async n =>
            {
                var dice = new Random(n);
                var payment = payments[dice.Next(payments.Length)];
                switch (dice.Next(12))
                {
                    case 0 or 1 or 2:
                        var outcome = await purse.TryHoldAsync(purse.Request(R(dice.Next(1, 5))));
                        if (outcome.Succeeded(out var id, out _))
                            holds.Add(id);
                        break;
                    case 3 or 4 when holds.TryPeek(out var open):
                        await purse.TryCaptureAsync(open, R(dice.Next(0, 2)));
                        break;
                    case 5 when holds.TryTake(out var last):
                        await purse.TryReleaseAsync(last);
                        break;
                    case 6:
                        await purse.TryGrantAsync(
                            LotClass.Bonus,
                            R(3),
                            TimeProvider.System.GetUtcNow().AddMilliseconds(dice.Next(1, 300))
                        );
                        break;
                    case 7:
                        await purse.SqlAsync(
                            $"""
                            SELECT billing.void(l.id, uuidv7(), 'error', NULL)
                              FROM billing.lot l JOIN billing.wallet w ON w.id = l.wallet_id
                             WHERE l.class = 1 AND w.account_id = '{purse.Account}' ORDER BY random() LIMIT 1
                            """
                        );
                        break;
                    case 8:
                        await purse.SqlAsync("SELECT billing.expire(10)");
                        break;
                    case 9 when n > 300:
                        var claim = new ChargebackCase(Ids.New(), "bank", $"{n}", payment, R(1));
                        await LedgerAsync(it => it.ChargeBackAsync(claim, null, default));
                        await LedgerAsync(it =>
                            it.ReverseChargebackAsync("bank", $"{n}", null, default)
                        );
                        break;
                    case 10:
                        var order = new RefundOrder(Ids.New(), payment, R(1), "asked");
                        var started = await LedgerAsync(it => it.StartRefundAsync(order, default));
                        if (started.Problem is null)
                            refunds.Add(order.Id);
                        break;
                    case 11 when refunds.TryTake(out var refund):
                        await LedgerAsync(it =>
                            it.FinishRefundAsync(refund, dice.Next(2) == 0, default)
                        );
                        break;
                    default:
                        await TopUpAsync(purse, Ids.New(), R(1));
                        break;
                }
            }
        );
        await purse.AuditAsync();
        foreach (var hold in holds)
            await purse.ReleaseAsync(hold);
        foreach (var refund in refunds)
            await LedgerAsync(it => it.FinishRefundAsync(refund, false, default));
        (await purse.BalanceAsync()).Held.ShouldBe(R(0));
        await purse.AuditAsync();
    }

    [Fact]
    [Fault(23)]
    [Invariant(27, 29)]
    public async Task A_pack_or_plan_is_either_used_or_refunded_however_close_they_come()
    {
        await New(database)
            .SqlAsync(
                """
                INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, days, refund_days, token_price)
                VALUES ('last', 1, 1, 'L', 'L', '{@Text}', 3000000, 1, NULL, 0, 0), ('plan', 1, 3, 'P', 'P', '{@Text}', 3000000, NULL, 30, 14, 1)
                """
            );
        for (var round = 0; round < 12; round++)
        {
            var purse = New(database);
            await purse.GrantAsync(LotClass.Real, R(3));
            var product = round % 2 == 0 ? "last" : "plan";
            var bought = Done(
                await EntitlementsAsync(it =>
                    it.BuyAsync(purse.Account, Ids.New(), product, false, default)
                )
            );
            var funding =
                round % 2 == 0
                    ? new Funding(FundingKind.Pack, product, Tokens: 1)
                    : new Funding(FundingKind.Unlimited, EntitlementId: bought);
            var request = purse.Request(R(1));
            request = request with { Quote = request.Quote with { Funding = funding } };
            var use = purse.TryHoldAsync(request);
            var refund = EntitlementsAsync(it =>
                round % 2 == 0
                    ? it.RefundPackAsync(purse.Account, bought, null, default)
                    : it.RefundPlanAsync(purse.Account, bought, null, default)
            );
            var used = (await use).Problem is null;
            var back = await refund;
            used.ShouldNotBe(back.Problem is null, $"{product}: {back.Problem?.Code}");
            (await purse.BalanceAsync()).Available.ShouldBe(used ? R(0) : R(3));
        }

        await New(database).AuditAsync();
    }

    [Fact]
    [Fault(27)]
    [Invariant(45)]
    public async Task Batches_of_the_same_wallets_in_opposite_order_never_wait_for_each_other()
    {
        var purses = Enumerable.Range(0, 12).Select(_ => New(database)).ToArray();
        foreach (var purse in purses)
            await purse.GrantAsync(LotClass.Real, R(1_000));
        var open = new List<Guid>();
        foreach (var purse in purses)
            open.Add(await purse.HoldAsync(R(1)));
        await ManyAsync(
            80,
            async n =>
            {
                var commands = purses
                    .Select(purse =>
                        (LedgerCommand)new HoldCommand(purse.Request(R(1)), "RUB", R(1).Micro)
                    )
                    .Concat(open.Select(hold => new ResolveCommand(hold, "failed")))
                    .ToArray();
                if (n % 2 == 0)
                    Array.Reverse(commands);
                await using var connection = new NpgsqlConnection(database.ConnectionString);
                await connection.OpenAsync();
                var answers = await LedgerBatch.SendAsync(connection, null, commands, default);
                answers.ShouldAllBe(answer => answer.Outcome != "short");
            }
        );
        foreach (var purse in purses)
            await purse.ShouldHaveAsync(R(1_000 - 80), R(80));
    }

    [Fact]
    [Fault(37)]
    [Invariant(18, 19)]
    public async Task Ten_thousand_repetitions_of_yesterdays_commands_change_nothing()
    {
        var purses = Enumerable.Range(0, 20).Select(_ => New(database)).ToArray();
        var requests = new List<HoldRequest>();
        foreach (var purse in purses)
        {
            await purse.GrantAsync(LotClass.Real, R(100));
            for (var n = 0; n < 5; n++)
            {
                requests.Add(purse.Request(R(10)));
                await purse.TryHoldAsync(requests[^1]);
                if (n < 3)
                    await purse.CaptureAsync(requests[^1].Id, R(4));
            }
        }

        var before = await database.ScalarAsync<long>("SELECT count(*) FROM billing.transfer");
        await ManyAsync(
            10_000,
            async n =>
            {
                var request = requests[n % requests.Count];
                if (n % 5 < 3 && n % 2 == 0)
                    (await purses[0].CaptureAsync(request.Id, R(9))).ShouldBe(R(4));
                else
                    ((await purses[0].TryHoldAsync(request)).Problem?.Code).ShouldBe(
                        n % 5 < 3 ? "billing.hold_resolved" : null
                    );
            }
        );
        (await database.ScalarAsync<long>("SELECT count(*) FROM billing.transfer")).ShouldBe(
            before
        );
        foreach (var purse in purses)
            await purse.ShouldHaveAsync(R(100 - 12 - 20), R(20));
    }

    private static Task ManyAsync(int times, Func<int, Task> act) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, times),
            new ParallelOptions { MaxDegreeOfParallelism = 40 },
            async (n, _) => await act(n)
        );

    private Task<T> LedgerAsync<T>(Func<ILedger, Task<T>> act) =>
        database.InScopeAsync(services => act(services.GetRequiredService<ILedger>()));

    private Task<T> EntitlementsAsync<T>(Func<IEntitlements, Task<T>> act) =>
        database.InScopeAsync(services => act(services.GetRequiredService<IEntitlements>()));

    private Task<Outcome<bool>> TopUpAsync(Purse purse, Guid id, Money amount) =>
        LedgerAsync(it =>
            it.TopUpAsync(
                new TopUp(id, purse.Account, "bank", $"{id}", amount, true, InAnHour),
                default
            )
        );
}
