using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Tests.Billing.Simulation;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Billing;

/// <summary>One account's wallet on a test database, in the words of the tests. Each call is a scope of its own.</summary>
internal sealed class Purse(TestDatabase database, Guid account)
{
    public static readonly DateTimeOffset InAnHour = TimeProvider.System.GetUtcNow().AddHours(1);

    public Guid Account => account;

    public static Task<TestDatabase> DatabaseAsync(Postgres postgres) =>
        postgres.CreateAsync(services => services.AddBillingData());

    public static Purse New(TestDatabase database) => new(database, Ids.New());

    public static Money R(long roubles) => Money.Roubles(roubles);

    public static Quote QuoteOf(Money ceiling, Guid? id = null) =>
        new(
            id ?? Ids.New(),
            "sandbox-mini",
            Ids.New(),
            new RateCard([
                new Rate(UnitKind.Input, 25_000_000),
                new Rate(UnitKind.Output, 200_000_000),
            ]),
            1_000_000,
            Money.Zero,
            ceiling,
            ceiling,
            1_000
        );

    public HoldRequest Request(Money ceiling) =>
        new(Ids.New(), account, Ids.New(), QuoteOf(ceiling), SpendCategory.Text, InAnHour);

    public static Charge ChargeOf(Money amount) =>
        new(
            amount,
            amount,
            [new ChargeLine(UnitKind.Output, null, 12, 200_000_000)],
            1_000_000,
            false
        );

    public Task<T> WithAsync<T>(Func<IWallet, Task<T>> act) =>
        database.InScopeAsync(services => act(services.GetRequiredService<IWallet>()));

    public Task<Outcome<bool>> TryGrantAsync(
        LotClass lotClass,
        Money amount,
        DateTimeOffset? expires = null,
        string? source = null
    ) =>
        WithAsync(wallet =>
            wallet.GrantAsync(
                new Grant(
                    account,
                    lotClass,
                    amount,
                    "test",
                    source ?? Ids.New().ToString(),
                    expires
                ),
                default
            )
        );

    public async Task<bool> GrantAsync(
        LotClass lotClass,
        Money amount,
        DateTimeOffset? expires = null,
        string? source = null
    ) => Done(await TryGrantAsync(lotClass, amount, expires, source));

    public Task<Outcome<Guid>> TryHoldAsync(HoldRequest request) =>
        WithAsync(wallet => wallet.HoldAsync(request, default));

    public async Task<Guid> HoldAsync(Money ceiling) => Done(await TryHoldAsync(Request(ceiling)));

    public Task<Outcome<Money>> TryCaptureAsync(Guid hold, Money amount) =>
        WithAsync(wallet => wallet.CaptureAsync(hold, ChargeOf(amount), default));

    public async Task<Money> CaptureAsync(Guid hold, Money amount) =>
        Done(await TryCaptureAsync(hold, amount));

    public Task<Outcome<Money>> TryReleaseAsync(Guid hold, string reason = "failed") =>
        WithAsync(wallet => wallet.ReleaseAsync(hold, reason, default));

    public async Task ReleaseAsync(Guid hold, string reason = "failed") =>
        Done(await TryReleaseAsync(hold, reason));

    public static T Done<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var done, out var problem)
            ? done
            : throw new ShouldAssertException(problem.Code);

    public Task<Balance> BalanceAsync() =>
        WithAsync(wallet => wallet.BalanceAsync(account, default));

    public async Task ShouldHaveAsync(Money available, Money held)
    {
        var balance = await BalanceAsync();
        (balance.Available, balance.Held).ShouldBe((available, held));
        await AuditAsync();
    }

    public async Task AuditAsync()
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        (await LedgerAudit.FindAsync(source)).ShouldBeEmpty();
    }

    public async Task<int> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Takes back what was spent of real money or of a bonus, which is owed from then on.</summary>
    public async Task OweAsync(LotClass lotClass, Money amount)
    {
        var source = Ids.New().ToString();
        await GrantAsync(lotClass, amount, source: source);
        await CaptureAsync(await HoldAsync(amount), amount);
        var (kind, debt, taker) =
            lotClass == LotClass.Real ? ("Chargeback", 3, 330) : ("Clawback", 4, 320);
        await SqlAsync(
            $"""
            SELECT billing.post(
                ARRAY[(uuidv7(), l.wallet_id, '{kind}', l.id, NULL, NULL)::billing.move],
                ARRAY[(1, {debt}, {taker}, l.id, 'RUB', {amount.Micro})::billing.line])
              FROM billing.lot l WHERE l.source_kind = 'test' AND l.source_id = '{source}'
            """
        );
    }

    /// <summary>Lets the bonuses and compensations of this account lapse, as time would.</summary>
    public Task LapseAsync() =>
        SqlAsync(
            $"""
            UPDATE billing.lot SET expires_at = now() - interval '1 second' FROM billing.wallet w
             WHERE w.id = wallet_id AND class <> 3 AND w.account_id = '{account}'
            """
        );
}
