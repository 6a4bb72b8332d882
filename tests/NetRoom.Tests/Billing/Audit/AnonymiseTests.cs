using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Reconciliation;
using NetRoom.Billing.Sealing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class AnonymiseTests(Postgres postgres)
{
    [Fact]
    [Fault(42)]
    [Invariant(40)]
    public async Task Erasure_leaves_nothing_that_names_the_person_and_the_ledger_as_it_was()
    {
        await using var ledger = await AuditDatabase.CreateAsync(postgres);
        var purse = Purse.New(ledger.Database);
        var account = purse.Account;
        await ledger.TopUpAsync(account, 10);
        await ledger.RunAsync(
            $"SELECT billing.grant('{account}', uuidv7(), 1::smallint, 'RUB', 5000000, 300::smallint, 'starter', '{account}', now() + interval '1 day', NULL, NULL, NULL)"
        );
        var hold = await purse.HoldAsync(Purse.R(7));
        await ledger.Get<Sealer>().SealAsync(default);

        (await AnonymiseAsync()).Problem.ShouldNotBeNull().Code.ShouldBe("billing.busy");
        await purse.CaptureAsync(hold, Purse.R(7));
        (await AnonymiseAsync()).Succeeded(out var now, out _).ShouldBeTrue();
        now.ShouldBeTrue();
        (await AnonymiseAsync()).Succeeded(out var again, out _).ShouldBeTrue();
        again.ShouldBeFalse();

        foreach (var table in (string[])["wallet", "lot", "hold", "transfer", "posting", "payment"])
            (
                await ledger.ScalarAsync<long>(
                    $"SELECT count(*) FROM billing.{table} AS x WHERE x::text LIKE '%{account}%'"
                )
            ).ShouldBe(0, table);
        (await ledger.ScalarAsync<short>("SELECT status FROM billing.wallet")).ShouldBe((short)2);
        (await ledger.Get<Reconcile>().RunAsync(full: true, default))
            .ShouldNotBeNull()
            .Differences.ShouldBe(0);
        await ledger.Get<Sealer>().SealAsync(default);
        (await ledger.VerifyAsync()).ShouldBe("OK");

        Task<Outcome<bool>> AnonymiseAsync() =>
            ledger.Database.InScopeAsync(services =>
                services.GetRequiredService<ILedger>().AnonymiseAsync(account, default)
            );
    }
}
