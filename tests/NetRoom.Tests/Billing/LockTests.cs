using System.Globalization;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Billing;

/// <summary>
/// The wallet's row is the lock of all that its person has: every function takes it first, by itself, and several in order of
/// their ids. Shown without a race: somebody holds the lock, and where the function waits is where it first met it.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class LockTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>, IAsyncLifetime
{
    private static int lastId = 10_000;
    private NpgsqlConnection owner = null!;
    private LedgerScript script = null!;
    private Task<string> waiting = Task.FromResult("");

    /// <summary>Wallets 1 and 2 with all that the functions ask for, committed; then somebody takes the row of wallet 1.</summary>
    public async Task InitializeAsync()
    {
        var connectionString = ledger.Database.ConnectionString;
        if (await ledger.Database.ScalarAsync<long>("SELECT count(*) FROM billing.wallet") == 0)
        {
            await using var story = await LedgerScript.BeginAsync(connectionString, asItIs: true);
            foreach (var line in World.Split('\n'))
                await story.ExecuteAsync(line);
        }

        owner = new NpgsqlConnection(connectionString);
        await owner.OpenAsync();
        script = await LedgerScript.BeginAsync(connectionString);
    }

    public async Task DisposeAsync()
    {
        // In this order: a script that still waits goes on, and can be left.
        await owner.DisposeAsync();
        await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await script.DisposeAsync();
    }

    [Theory]
    [InlineData("hold", "t.hold(901, 1, 10)")]
    [InlineData("hold", "t.hold(901, 1, 0)")]
    [InlineData("resolve", "t.take(101, 5)")]
    [InlineData("resolve", "t.release(102)")]
    [InlineData("lock_wallets", "billing.lock_wallets(ARRAY[t.u(1)], '{}')")]
    [InlineData("lock_wallets", "billing.lock_wallets('{}', ARRAY[t.u(101)])")]
    [InlineData("grant", "t.give(1, 901, 3, 100)")]
    [InlineData("top_up", "t.top_up(1, 301, 10000)")]
    [InlineData("void", "t.void(11, 902)")]
    [InlineData("charge_back", "t.charge_back('x', 301, 10000)")]
    [InlineData("reverse_chargeback", "t.reverse('a')")]
    [InlineData("return_charge", "t.give_back(903, 103, 5, 0)")]
    [InlineData("start_refund", "t.refund(904, 301, 10000)")]
    [InlineData("finish_refund", "t.paid_out(601, true)")]
    [InlineData("return_refund", "t.came_back(602)")]
    [InlineData("take", "t.adjust(905, 1, 1, 1)")]
    [InlineData("write_off", "t.write_off(906, 1, 1, 0)")]
    [InlineData("late_success", "billing.late_success(t.u(104), 10)")]
    [InlineData("hold_unit", "t.unit(907, 1, 51)")]
    [InlineData("deliver", "t.deliver(105, 'p', 908)")]
    [InlineData("refund_pack", "t.refund_pack(909, 21, 300, 1, 0)")]
    [InlineData("begin_plan_refund", "t.begin_refund(52)")]
    [InlineData("end_entitlement", "t.finish(910, 52, 3, 0, 0)")]
    [InlineData("freeze", "billing.freeze(t.wallet_id(1), true, 'x', NULL)")]
    [InlineData("anonymise", "billing.anonymise(t.u(1))")]
    public async Task A_function_takes_the_wallet_before_it_looks_at_anything(
        string function,
        string call
    )
    {
        await LockAsync("00000000-0000-7000-8000-000000000001");
        await script.ExecuteAsync("SET LOCAL lock_timeout = '20ms'");
        var waits = await Should.ThrowAsync<PostgresException>(() =>
            script.AskAsync($"SELECT ({call})::text")
        );
        waits.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        // The innermost function of ours: what it was called by comes after it.
        waits.Where!.Split("PL/pgSQL function billing.")[1].Trim('"').ShouldStartWith(function);
        waits.Where.ShouldContain("while locking tuple");
    }

    [Theory]
    [InlineData("t.holds('{901,902}', '{2,1}', '{10,10}')")]
    [InlineData("t.holds('{901,902}', '{1,2}', '{10,10}')")]
    [InlineData("t.takes('{106,101}', '{5,5}')")]
    [InlineData("t.takes('{101,106}', '{5,5}')")]
    [InlineData("billing.lock_wallets(ARRAY[t.u(2), t.u(1)], '{}')")]
    [InlineData("billing.lock_wallets('{}', ARRAY[t.u(106), t.u(101)])")]
    [InlineData("billing.lock_wallets(ARRAY[t.u(2)], ARRAY[t.u(101)])")]
    public async Task Several_wallets_are_taken_in_order_of_their_ids(string call)
    {
        // Whoever waits for the second has the first.
        await LockAsync("00000000-0000-7000-8000-000000000002");
        waiting = AskAsync(call);
        await MeetsALockAsync();
        await using var third = new NpgsqlConnection(ledger.Database.ConnectionString);
        await third.OpenAsync();
        var taken = await Should.ThrowAsync<PostgresException>(() =>
            LockAsync(third, "00000000-0000-7000-8000-000000000001", " NOWAIT")
        );
        taken.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        await owner.CloseAsync();
        await waiting;
    }

    [Theory]
    [InlineData("t.hold(901, 2, 10)", "held 0")]
    [InlineData("t.take(106, 5)", "done 5")]
    [InlineData("billing.lock_wallets(ARRAY[t.u(2)], ARRAY[t.u(106)])", "")]
    [InlineData("t.give(2, 901, 3, 100)", "granted")]
    [InlineData("t.top_up(2, 303, 10000)", "credited")]
    [InlineData("t.void(16, 902)", "voided 90 0 10")]
    [InlineData("t.charge_back('x', 321, 10000)", "done")]
    [InlineData("t.reverse('b')", "done")]
    [InlineData("t.give_back(903, 123, 5, 0)", "returned")]
    [InlineData("t.paid_out(621, true)", "done")]
    [InlineData("t.adjust(905, 3, 3, 1)", "done")]
    [InlineData("billing.late_success(t.u(121), 10)", "done")]
    [InlineData("t.unit(907, 3, 54)", "held 0")]
    [InlineData("t.deliver(124, 'p', 908)", "delivered")]
    [InlineData("t.refund_pack(909, 22, 300, 1000, 0)", "refunded")]
    [InlineData("t.begin_refund(53)", "refunding")]
    [InlineData("t.finish(910, 53, 3, 0, 0)", "ended")]
    public async Task Nobody_waits_for_another_persons_wallet(string call, string answer)
    {
        await LockAsync("00000000-0000-7000-8000-000000000001");
        (await script.AskAsync($"SELECT ({call})::text")).ShouldBe(answer);
    }

    [Theory]
    [InlineData("t.hold({0}, 1, 10)")]
    [InlineData("t.hold({1}, 1, 10, 'RUB', 1, 200, 1000 + {0})")]
    [InlineData("t.unit({0}, 1, 51)")]
    public async Task An_id_or_job_that_is_taken_at_the_same_instant_is_anothers(string call)
    {
        var (taken, free) = NewIds();
        await ExecuteAsync($"BEGIN; {RawHold(taken, 2)}");
        waiting = AskAsync(string.Format(CultureInfo.InvariantCulture, call, taken, free));
        await MeetsALockAsync();
        await ExecuteAsync("COMMIT");
        (await waiting).ShouldBe("reused 0");
        await ExecuteAsync(RawRelease(taken));
    }

    [Fact]
    public async Task An_adjustment_is_decided_by_one_at_a_time()
    {
        await ExecuteAsync($"BEGIN; SELECT FROM billing.adjustment WHERE id = {U(801)} FOR UPDATE");
        await script.ExecuteAsync("SET LOCAL lock_timeout = '20ms'");
        var waits = await Should.ThrowAsync<PostgresException>(() =>
            AskAsync($"billing.decide_adjustment({U(801)}, true, {U(71)})")
        );
        waits.Where!.ShouldContain("while locking tuple");
    }

    [Fact]
    public async Task A_source_that_gives_at_the_same_instant_gives_one()
    {
        // Another person each time: the lot stays.
        var (person, lot) = NewIds();
        await ExecuteAsync(
            $"BEGIN; SELECT billing.grant({U(person)}, {U(lot)}, 2::smallint, 'RUB', 100, 300::smallint, 'story', '{lot}', NULL, NULL, NULL, NULL)"
        );
        waiting = AskAsync($"t.give(1, 901, 2, 100, NULL, 'RUB', '{lot}')");
        await MeetsALockAsync();
        await ExecuteAsync("COMMIT");
        (await waiting).ShouldBe("reused");
    }

    [Fact]
    public async Task A_batch_that_meets_such_an_id_is_broken_off_to_be_asked_one_by_one()
    {
        var (taken, free) = NewIds();
        await ExecuteAsync($"BEGIN; {RawHold(taken, 2)}");
        waiting = AskAsync($"t.holds('{{{free},{taken}}}', '{{1,1}}', '{{10,10}}')");
        await MeetsALockAsync();
        await ExecuteAsync("COMMIT");
        (await Should.ThrowAsync<PostgresException>(() => waiting)).SqlState.ShouldBe(
            PostgresErrorCodes.SerializationFailure
        );
        await ExecuteAsync(RawRelease(taken));
    }

    [Fact]
    public async Task Two_who_open_a_persons_wallet_at_the_same_instant_open_one()
    {
        // Another person each time: the wallet stays.
        var (person, hold) = NewIds();
        await ExecuteAsync($"BEGIN; SELECT billing.wallet_of({U(person)})");
        waiting = AskAsync($"t.hold({hold}, {person}, 0)");
        await MeetsALockAsync();
        await ExecuteAsync("COMMIT");
        (await waiting).ShouldBe("held 0");
    }

    [Fact]
    public async Task Expiry_passes_over_a_wallet_that_somebody_has()
    {
        await LockAsync("00000000-0000-7000-8000-000000000001");
        await script.ExecuteAsync("SELECT t.clock('2031-01-01')");
        (await script.AskAsync("SELECT billing.expire(10)::text")).ShouldBe("1");
        (await script.AskAsync("SELECT t.lot(16)")).ShouldBe("held 10, expired 90");
        (await script.AskAsync("SELECT t.lot(14)")).ShouldBe("avail 100");
    }

    [Fact]
    public async Task Reconciliation_passes_over_a_wallet_that_somebody_has()
    {
        await LockAsync("00000000-0000-7000-8000-000000000001");
        await script.ExecuteAsync(
            "SELECT billing.mark_reconciled(array_agg(w.id), array_agg(w.number)) FROM billing.wallet AS w"
        );
        (
            await script.AskAsync(
                "SELECT string_agg((w.reconciled > 0)::text, ' ' ORDER BY w.account_id) FROM billing.wallet AS w WHERE w.account_id IN (t.u(1), t.u(2))"
            )
        ).ShouldBe("false true");
    }

    private static string U(int number) => $"'00000000-0000-7000-8000-{number:d12}'::uuid";

    /// <summary>A free run's hold, by somebody who has no words of the stories.</summary>
    private static string RawHold(int id, int account) =>
        $"SELECT billing.hold(ARRAY[{U(id)}], ARRAY[{U(account)}], ARRAY[{U(1000 + id)}], ARRAY[0::bigint], ARRAY['RUB'], ARRAY[1::smallint], "
        + $"ARRAY[200::smallint], ARRAY['Text'], ARRAY['m'], ARRAY[{U(900)}], ARRAY[1000000], ARRAY['{{}}'::jsonb], ARRAY[now() + interval '1 hour'])";

    private static string RawRelease(int id) =>
        $"SELECT billing.resolve(ARRAY[{U(id)}], ARRAY[0::bigint], ARRAY[0::bigint], ARRAY[NULL::bigint], ARRAY[NULL::boolean], ARRAY[NULL::jsonb], ARRAY['failed'])";

    /// <summary>What is committed here stays, and the gate of mutations tells the same story again and again.</summary>
    private static (int Taken, int Free) NewIds() => (Interlocked.Add(ref lastId, 10), lastId + 5);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, owner);
        await command.ExecuteNonQueryAsync();
    }

    private Task<string> AskAsync(string call) => script.AskAsync($"SELECT ({call})::text");

    private async Task MeetsALockAsync()
    {
        await using var third = new NpgsqlConnection(ledger.Database.ConnectionString);
        await third.OpenAsync();
        while (!await IsWaitingAsync(third))
            waiting.IsCompleted.ShouldBeFalse();
    }

    private Task LockAsync(string account) => LockAsync(owner, account, "");

    private static async Task LockAsync(NpgsqlConnection connection, string account, string how)
    {
        await using var command = new NpgsqlCommand(
            $"BEGIN; SELECT FROM billing.wallet WHERE account_id = '{account}' FOR NO KEY UPDATE{how}",
            connection
        );
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<bool> IsWaitingAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')",
            connection
        );
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    // Wallet 2 is made second, so its id is the greater. Wallet 3 has what wallet 1 has, and nobody takes it.
    private const string World = """
        SELECT t.clock('2030-01-15 12:00+00')
        SELECT t.give(1, 10, 3, 10000), t.give(1, 11, 1, 100), t.give(2, 13, 3, 10000)
        SELECT t.give(2, 16, 2, 100, '2030-01-20')
        SELECT t.top_up(1, 301, 1000000), t.top_up(1, 302, 1000000)
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens) VALUES ('p', 1, 1, 'P', 'P', '{}', 1000, 300)
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, days, period_limit) VALUES ('s', 1, 2, 'S', 'S', '{}', 900, 30, 5)
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, 9)
        SELECT t.hold(100, 1, 300), t.release(100)
        SELECT t.hold(101, 1, 10), t.hold(102, 1, 10), t.hold(106, 2, 10)
        SELECT t.hold(103, 1, 400), t.take(103, 400)
        SELECT t.hold(104, 1, 10), t.release(104)
        SELECT t.hold(105, 1, 1000, 'RUB', 3, 210), t.take(105, 1000)
        SELECT t.hold(107, 1, 1000, 'RUB', 3, 210), t.take(107, 1000), t.deliver(107, 'p', 21)
        SELECT t.hold(108, 1, 900, 'RUB', 3, 212), t.take(108, 900), t.deliver(108, 's', 52)
        SELECT t.unit(109, 1, 51)
        SELECT t.refund(601, 301, 10000), t.refund(602, 301, 10000), t.paid_out(602, true)
        SELECT t.charge_back('a', 302, 10000)
        SELECT t.give(1, 14, 2, 100, '2030-01-20')
        SELECT billing.ask_adjustment(t.u(801), t.wallet_id(1), 1::smallint, 50, 'error', NULL, true, t.u(70))
        SELECT t.top_up(3, 321, 1000000), t.top_up(3, 322, 1000000)
        SELECT t.hold(121, 3, 10), t.release(121)
        SELECT t.hold(122, 3, 1000, 'RUB', 3, 210), t.take(122, 1000), t.deliver(122, 'p', 22)
        SELECT t.hold(123, 3, 900, 'RUB', 3, 212), t.take(123, 900), t.deliver(123, 's', 53)
        SELECT t.hold(124, 3, 1000, 'RUB', 3, 210), t.take(124, 1000)
        SELECT t.refund(621, 321, 10000), t.charge_back('b', 322, 10000)
        DROP SCHEMA t CASCADE
        COMMIT
        """;
}
