using NetRoom.Billing;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class SweeperTests(Postgres postgres) : IAsyncLifetime
{
    private AuditDatabase ledger = null!;
    private Purse purse = null!;

    public async Task InitializeAsync()
    {
        ledger = await AuditDatabase.CreateAsync(postgres);
        purse = Purse.New(ledger.Database);
        await ledger.TopUpAsync(purse.Account, 100);
    }

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    [Fault(6)]
    public async Task What_succeeded_is_captured_what_failed_is_released_and_what_is_not_due_is_left_alone()
    {
        var succeeded = await OverdueAsync(new HoldVerdict.Succeeded(Purse.ChargeOf(Purse.R(2))));
        var failed = await OverdueAsync(new HoldVerdict.Failed("no_run"));
        var early = await purse.HoldAsync(Purse.R(1));

        (await SweepAsync()).ShouldBe(2);

        (await HoldAsync(succeeded)).ShouldBe("1 2000000");
        (await HoldAsync(failed)).ShouldBe("2 0");
        (await HoldAsync(early)).ShouldBe("0 0");
        await purse.ShouldHaveAsync(available: Purse.R(97), held: Purse.R(1));
    }

    [Fact]
    [Invariant(42)]
    [BillingFailure(21)]
    public async Task What_nobody_knows_is_extended_and_after_three_times_somebody_is_told_once()
    {
        var hold = await OverdueAsync(new HoldVerdict.Unknown());
        for (var sweep = 1; sweep <= 5; sweep++)
        {
            (await SweepAsync()).ShouldBe(1);
            (await SweepAsync()).ShouldBe(0);
            (await HoldAsync(hold)).ShouldBe("0 0");
            (await StuckAsync()).ShouldBe(sweep >= Sweeper.Patience ? 1 : 0);
            await ledger.RunAsync(
                $"UPDATE billing.hold SET sweep_at = now() - interval '1 second' WHERE id = '{hold}'"
            );
        }
    }

    [Fact]
    [Fault(9)]
    public async Task Two_sweepers_at_once_ask_about_a_hold_once()
    {
        for (var made = 0; made < 30; made++)
            await OverdueAsync(new HoldVerdict.Failed("no_run"));
        var looked = await Task.WhenAll(SweepAsync(), SweepAsync(), SweepAsync());
        looked.Sum().ShouldBe(30);
        ledger.Owner.Asked.Values.ShouldAllBe(times => times == 1);
        await purse.ShouldHaveAsync(available: Purse.R(100), held: Money.Zero);
    }

    [Fact]
    [Fault(10)]
    public async Task A_refund_waits_for_the_payment_service_and_an_old_purchase_is_given_up()
    {
        await ledger.RunAsync(
            "SELECT billing.start_refund(uuidv7(), uuidv7(), p.id, 10000, 'test', NULL, now() - interval '1 second') FROM billing.payment AS p"
        );
        var hold = await OverdueAsync(new HoldVerdict.Unknown());
        await ledger.RunAsync(
            $"UPDATE billing.hold SET kind = 3, held_at = now() - interval '2 hours' WHERE id = '{hold}'"
        );
        (await SweepAsync()).ShouldBe(2);
        (await HoldAsync(hold)).ShouldBe("2 0");
        (
            await ledger.ScalarAsync<long>(
                "SELECT count(*) FROM billing.hold WHERE kind = 2 AND state = 0 AND extensions = 1"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task What_expired_is_booked_once_however_many_are_at_it()
    {
        var purses = Enumerable.Range(0, 20).Select(_ => Purse.New(ledger.Database)).ToList();
        foreach (var other in purses)
        {
            await other.GrantAsync(LotClass.Bonus, Purse.R(1), Purse.InAnHour);
            await other.LapseAsync();
        }

        var expiry = ledger.Get<ExpireLots>();
        var expired = await Task.WhenAll(
            expiry.ExpireAsync(default),
            expiry.ExpireAsync(default),
            expiry.ExpireAsync(default)
        );
        expired.Sum().ShouldBe(20);
        await purse.AuditAsync();
    }

    private async Task<Guid> OverdueAsync(HoldVerdict verdict)
    {
        var request = purse.Request(Purse.R(3)) with
        {
            ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(-1),
        };
        ledger.Owner.Verdicts[request.JobId] = verdict;
        (await purse.TryHoldAsync(request)).Succeeded(out var id, out _).ShouldBeTrue();
        return id;
    }

    private Task<int> SweepAsync() => ledger.Get<Sweeper>().SweepAsync(default);

    private Task<string> HoldAsync(Guid id) =>
        ledger.ScalarAsync<string>(
            $"SELECT concat(state, ' ', captured) FROM billing.hold WHERE id = '{id}'"
        );

    private Task<long> StuckAsync() =>
        ledger.ScalarAsync<long>(
            "SELECT count(*) FROM kernel.outbox WHERE topic LIKE '%HoldStuck'"
        );
}
