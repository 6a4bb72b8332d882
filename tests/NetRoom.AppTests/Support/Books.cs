using NetRoom.Kernel;
using NetRoom.Tests.Billing.Simulation;
using Npgsql;

namespace NetRoom.AppTests.Support;

/// <summary>A run with its hold and what the ledger took for it.</summary>
/// <param name="Captured">What the capture's postings come to.</param>
/// <param name="Usage">Quantities of the charge's lines by unit, empty if there is no charge.</param>
public sealed record BookedRun(
    Guid Id,
    int State,
    Money Charged,
    Money Held,
    int HoldState,
    Money Captured,
    bool Estimated,
    IReadOnlyDictionary<string, long> Usage
);

/// <summary>Reads the database as an auditor would, beside the application.</summary>
public sealed class Books(NpgsqlDataSource database)
{
    public async Task<BookedRun> RunOfAnswerAsync(Guid answerId)
    {
        await using var command = database.CreateCommand(
            """
            SELECT run.id, run.state, coalesce(run.charged_micro, 0), hold.amount, hold.state,
                   coalesce((SELECT sum(p.amount) FROM billing.transfer t JOIN billing.posting p ON p.transfer_id = t.id
                              WHERE t.idem_ref = hold.id AND t.kind = 'Capture' AND p.cr = 200), 0)::bigint,
                   coalesce(hold.estimated, false), coalesce(hold.lines, '[]')::text
              FROM chats.message JOIN generation.run ON run.id = message.run_id
              JOIN billing.hold ON hold.id = run.hold_id
             WHERE message.id = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = answerId });
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue("there is no run of this answer");
        return new BookedRun(
            reader.GetGuid(0),
            reader.GetInt16(1),
            new Money(reader.GetInt64(2)),
            new Money(reader.GetInt64(3)),
            reader.GetInt16(4),
            new Money(reader.GetInt64(5)),
            reader.GetBoolean(6),
            UsageOf(reader.GetString(7))
        );
    }

    /// <summary>What is held of an account's money now.</summary>
    public async Task<Money> HeldAsync(string email) => new(await WalletAsync<long>(email, "held"));

    public async Task<Money> AvailableAsync(string email) =>
        new(await WalletAsync<long>(email, "avail"));

    /// <summary>Holds so much for a run that goes on.</summary>
    public async Task<Guid> HoldAsync(string email, Money amount)
    {
        var hold = Ids.New();
        (
            await ScalarAsync<string>(
                """
                SELECT h.outcome
                  FROM accounts.identity i
                 CROSS JOIN LATERAL billing.hold(
                     ARRAY[$2], ARRAY[i.account_id], ARRAY[$3], ARRAY[$4], ARRAY['RUB'], ARRAY[1::smallint], ARRAY[200::smallint],
                     ARRAY['Text'], ARRAY['test'], ARRAY[$5], ARRAY[1000000], ARRAY[jsonb_build_object('ceiling', $4)],
                     ARRAY[now() + interval '1 hour']) AS h
                 WHERE i.subject = $1
                """,
                email,
                hold,
                Ids.New(),
                amount.Micro,
                Ids.New()
            )
        ).ShouldBe("held");
        return hold;
    }

    /// <summary>Takes the starter bonus back: what was spent of it is owed.</summary>
    public async Task VoidStarterAsync(string email) =>
        (
            await ScalarAsync<string>(
                """
                SELECT v.outcome
                  FROM accounts.identity i
                  JOIN billing.wallet w ON w.account_id = i.account_id
                  JOIN billing.lot l ON l.wallet_id = w.id AND l.source_kind = 'starter'
                 CROSS JOIN LATERAL billing.void(l.id, $2, 'correction', NULL) AS v
                 WHERE i.subject = $1
                """,
                email,
                Ids.New()
            )
        ).ShouldBe("voided");

    /// <summary>Leaves an account with this much: spends the rest through the ledger's own functions.</summary>
    public async Task LeaveAsync(string email, Money rest)
    {
        var spend = await AvailableAsync(email) - rest;
        var hold = await HoldAsync(email, spend);
        await using var capture = database.CreateCommand(
            """
            SELECT outcome FROM billing.resolve(
                ARRAY[$1], ARRAY[$2], ARRAY[0::bigint], ARRAY[$2], ARRAY[false], ARRAY['[]'::jsonb], ARRAY[NULL::text])
            """
        );
        object[] values = [hold, spend.Micro];
        foreach (var value in values)
            capture.Parameters.Add(new NpgsqlParameter { Value = value });
        (await capture.ExecuteScalarAsync()).ShouldBe("done");
    }

    /// <summary>The account looks like somebody's second one, and its bonus waits for an operator. Answers its id.</summary>
    public Task<Guid> SuspectAsync(string email) =>
        ScalarAsync<Guid>(
            """
            INSERT INTO accounts.abuse_verdict (account_id, score, reasons, withheld, created_at)
            SELECT account_id, 160, ARRAY['mailbox', 'device'], true, now() FROM accounts.identity WHERE subject = $1 RETURNING account_id
            """,
            email
        );

    /// <summary>One more owner: the rule of two people needs several.</summary>
    public Task MakeOwnerAsync(string email) =>
        ExecuteAsync(
            "UPDATE accounts.account AS a SET role = 'owner' FROM accounts.identity AS i WHERE i.account_id = a.id AND i.subject = $1",
            email
        );

    /// <summary>Puts on sale a pack of tokens for one model.</summary>
    public Task SellPackAsync(string id, string name, Money price, long tokens, string model) =>
        ExecuteAsync(
            """
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, days, refund_days, token_price, on_sale, created_at)
            VALUES ($1, 1, 1, $2, $2, ARRAY[$5], $3, $4, 30, 0, 0, true, now())
            """,
            id,
            name,
            price.Micro,
            tokens,
            model
        );

    /// <summary>No more on sale; who has it keeps it.</summary>
    public Task WithdrawAsync(string id) =>
        ExecuteAsync(
            """
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, days, refund_days, token_price, on_sale, created_at)
            SELECT p.id, p.version + 1, p.kind, p.name_en, p.name_ru, p.models, p.price, p.tokens, p.days, p.refund_days, p.token_price, false, now()
              FROM billing.product p WHERE p.id = $1
            """,
            id
        );

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The invariants of the ledger hold over all that the tests have done so far.</summary>
    public async Task ShouldBeInOrderAsync() =>
        (await LedgerAudit.FindAsync(database)).ShouldBeEmpty();

    private Task<T> WalletAsync<T>(string email, string column) =>
        ScalarAsync<T>(
            $"SELECT w.{column} FROM billing.wallet w JOIN accounts.identity i ON i.account_id = w.account_id WHERE i.subject = $1",
            email
        );

    private static Dictionary<string, long> UsageOf(string lines)
    {
        using var json = System.Text.Json.JsonDocument.Parse(lines);
        return json
            .RootElement.EnumerateArray()
            .ToDictionary(
                line => line.TryGetProperty("unit", out var unit) ? unit.ToString() : "Input",
                line => line.GetProperty("quantity").GetInt64(),
                StringComparer.OrdinalIgnoreCase
            );
    }
}
