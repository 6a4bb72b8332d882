using NetRoom.Billing;
using NetRoom.Tests.Billing.Simulation;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>Every command is made to fail at each of its statements in turn, until it is through.</summary>
[Collection(PostgresCollection.Name)]
public sealed class CrashPointTests(Postgres postgres, LedgerDatabase ledger)
    : IClassFixture<LedgerDatabase>
{
    private const string Spent = "top_up(1, 301, 1000000); hold(101, 1, 600000); take(101, 600000)";
    private const string Claimed =
        Spent + "; say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL))";
    private const string Paying =
        "top_up(1, 301, 1000000); say(billing.start_refund(t.u(401), t.u(402), t.u(301), 600000, 'asked', NULL, '2030-02-01'))";
    private const string Shop =
        "INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, day_limit) VALUES ('pack', 1, 1, 'P', 'P', '{}', 90, 3, NULL), ('free', 1, 4, 'F', 'F', '{}', 0, NULL, 2)";
    private const string Bought =
        Shop
        + "; give(1, 11, 1, 60); give(1, 12, 3, 100); hold(101, 1, 90, 'RUB', 3, 210); take(101, 90)";
    private const string Pack =
        Bought
        + "; say(billing.deliver(t.u(101), 'pack', 1, t.u(21), billing.clock(), NULL, false))";

    /// <summary>Made before; the command; its answer; its answer when it is asked again.</summary>
    public static readonly TheoryData<string, string, string, string> Commands = new()
    {
        { "give(1, 11, 1, 60); give(1, 12, 3, 100)", "hold(101, 1, 150)", "held 0", "replayed 0" },
        {
            "SELECT t.give(a, 10 + a, 3, 1000) FROM generate_series(1, 8) AS a",
            "say((SELECT string_agg(DISTINCT x, ',') FROM regexp_split_to_table(t.holds(ARRAY(SELECT 100 + n FROM generate_series(1, 64) n), ARRAY(SELECT 1 + n % 8 FROM generate_series(1, 64) n), array_fill(10::bigint, ARRAY[64])), ', ') AS x))",
            "held 0",
            "replayed 0"
        },
        {
            "give(1, 11, 1, 60, '2030-01-15 13:00+00'); give(1, 12, 3, 100); hold(101, 1, 150); clock('2030-01-16')",
            "take(101, 30)",
            "done 30",
            "replayed 30"
        },
        {
            "give(1, 11, 1, 60); hold(101, 1, 50); say(billing.void(t.u(11), t.u(201), 'error', NULL))",
            "release(101)",
            "done 0",
            "replayed 0"
        },
        { Claimed, "top_up(1, 302, 2000000)", "credited", "replayed" },
        {
            Spent + "; give(1, 11, 1, 60, NULL, 'RUB', 'b'); hold(102, 1, 20); take(102, 20)",
            "say((billing.void(t.u(11), t.u(201), 'error', NULL)).outcome)",
            "voided",
            "replayed"
        },
        {
            Spent,
            "say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL))",
            "done",
            "replayed"
        },
        {
            Claimed + "; top_up(1, 302, 200000)",
            "say(billing.reverse_chargeback('bank', 'c', NULL))",
            "done",
            "replayed"
        },
        {
            Spent,
            "say((billing.start_refund(t.u(401), t.u(402), t.u(301), 10000, 'asked', NULL, '2030-02-01')).outcome)",
            "started",
            "replayed"
        },
        { Paying, "say(billing.finish_refund(t.u(401), true))", "done", "replayed" },
        { Paying, "say(billing.finish_refund(t.u(401), false))", "done", "replayed" },
        {
            Paying + "; say(billing.finish_refund(t.u(401), true))",
            "say(billing.return_refund(t.u(401)))",
            "done",
            "replayed"
        },
        {
            Claimed,
            "say(billing.return_charge(t.u(501), t.u(101), 600000, 0, 'double', NULL))",
            "returned",
            "replayed"
        },
        {
            Spent,
            "say(billing.take(t.u(501), t.wallet_id(1), 3::smallint, 100, 'error', NULL))",
            "done",
            "replayed"
        },
        {
            Claimed,
            "say(billing.write_off(t.u(501), t.wallet_id(1), 600000, 0, 'lost', NULL))",
            "done",
            "replayed"
        },
        {
            "give(1, 11, 1, 60); hold(101, 1, 50); release(101)",
            "say(billing.late_success(t.u(101), 40))",
            "done",
            "replayed"
        },
        { Shop + "; give(1, 11, 1, 60)", "unit(101, 1, 51)", "held 0", "replayed 0" },
        {
            Bought,
            "say(billing.deliver(t.u(101), 'pack', 1, t.u(21), billing.clock(), NULL, false))",
            "delivered",
            "replayed"
        },
        { Pack + "; hold(102, 1, 2, 'TOK:pack')", "take(102, 0, 1)", "done 1", "replayed 1" },
        {
            Pack,
            "say(billing.refund_pack(t.u(501), t.u(21), 3, 30, 60, NULL))",
            "refunded",
            "replayed"
        },
        {
            "give(1, 11, 1, 60, '2030-01-15 13:00+00'); clock('2030-01-16')",
            "say(billing.expire(10))",
            "1",
            "0"
        },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    [Fault(2, 9, 11, 12)]
    [Invariant(43)]
    public async Task A_crash_at_any_statement_leaves_nothing_and_the_repetition_does_it_once(
        string before,
        string command,
        string answer,
        string again
    )
    {
        await using var script = await LedgerScript.BeginAsync(ledger.Database.ConnectionString);
        await script.ExecuteAsync(SimulationSchema.Fuse("NR001"));
        await script.ExecuteAsync("SELECT t.clock('2030-01-15 12:00+00')");
        foreach (var line in before.Split("; "))
            await script.ExecuteAsync(char.IsUpper(line[0]) ? line : $"SELECT t.{line}");
        var stood = await StateAsync(script);
        var crashes = 0;
        while (!await IsDoneAsync(script, command, answer, crashes + 1))
        {
            crashes++;
            (await StateAsync(script)).ShouldBe(stood, $"after a crash at statement {crashes}");
        }

        crashes.ShouldBeGreaterThan(1);
        var done = await StateAsync(script);
        done.ShouldNotBe(stood);
        (await script.AskAsync($"SELECT (t.{command})::text")).ShouldBe(again);
        (await StateAsync(script)).ShouldBe(done);
        (await script.AskAsync("SELECT t.differences()")).ShouldBe("none");
    }

    [Fact]
    [Fault(35)]
    public async Task A_deadlock_or_a_serialization_failure_at_any_statement_is_not_the_callers_business()
    {
        await using var database = await DatabaseAsync(postgres);
        await using var referee = NpgsqlDataSource.Create(database.ConnectionString);
        await SimulationSchema.ExecuteAsync(referee, SimulationSchema.Fuse("40001", "40P01"));
        var purse = New(database);
        await purse.GrantAsync(LotClass.Bonus, R(5), InAnHour);
        await purse.GrantAsync(LotClass.Real, R(1_000));
        var statement = 0;
        bool blew;
        do
        {
            await SimulationSchema.ExecuteAsync(referee, SimulationSchema.BlowAt(++statement));
            var hold = await purse.HoldAsync(R(6));
            (await purse.CaptureAsync(hold, R(1))).ShouldBe(R(1));
            blew = await database.ScalarAsync<long>("SELECT last_value FROM test.fuse") < 1_000_000;
        } while (blew);

        statement.ShouldBeGreaterThan(8);
        await purse.ShouldHaveAsync(R(1_005 - statement), R(0));
    }

    /// <summary>False if it crashed.</summary>
    private static async Task<bool> IsDoneAsync(
        LedgerScript script,
        string command,
        string answer,
        int statement
    )
    {
        await script.ExecuteAsync(SimulationSchema.BlowAt(statement));
        await script.ExecuteAsync("SAVEPOINT before");
        try
        {
            (await script.AskAsync($"SELECT (t.{command})::text")).ShouldBe(answer);
            return true;
        }
        catch (PostgresException crash)
        {
            crash.MessageText.ShouldStartWith("the fuse blew");
            await script.ExecuteAsync("ROLLBACK TO before");
            return false;
        }
    }

    private static Task<string> StateAsync(LedgerScript script) =>
        script.AskAsync(SimulationSchema.State);
}
