using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Billing.Audit;

/// <summary>A database with the ledger and all that watches over it, and a folder for what is exported.</summary>
internal sealed class AuditDatabase(TestDatabase database, string folder) : IAsyncDisposable
{
    public TestDatabase Database => database;

    public string Folder => folder;

    public FakeOwner Owner { get; private init; } = null!;

    public static async Task<AuditDatabase> CreateAsync(Postgres postgres)
    {
        var folder = Directory.CreateTempSubdirectory("netroom-audit-").FullName;
        var owner = new FakeOwner();
        var database = await postgres.CreateAsync(services =>
            services
                .AddSingleton(new DataFolder(folder, IsOnlyNode: false))
                .AddSingleton<IHoldOwner>(owner)
                .AddBillingData()
                .AddBillingAudit()
        );
        return new AuditDatabase(database, folder) { Owner = owner };
    }

    public T Get<T>()
        where T : notnull => database.Services.GetRequiredService<T>();

    public Task<T> ScalarAsync<T>(string sql) => database.ScalarAsync<T>(sql);

    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>As somebody with the keys of the database could: no trigger fires.</summary>
    public Task TamperAsync(string sql) =>
        RunAsync($"BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT");

    /// <summary>A wallet with a payment, a bonus, a captured run, an open run, a refund on its way and a used unit.</summary>
    public async Task<(Purse Purse, Guid Wallet)> BusyWalletAsync()
    {
        var purse = Purse.New(database);
        await TopUpAsync(purse.Account, 100);
        await purse.GrantAsync(LotClass.Bonus, Purse.R(5), Purse.InAnHour);
        await purse.CaptureAsync(await purse.HoldAsync(Purse.R(10)), Purse.R(7));
        await purse.HoldAsync(Purse.R(3));
        var wallet = await ScalarAsync<Guid>(
            $"SELECT id FROM billing.wallet WHERE account_id = '{purse.Account}'"
        );
        await RunAsync(
            $"""
            SELECT billing.start_refund(uuidv7(), uuidv7(), p.id, 10000, 'test', NULL, now() + interval '1 day')
              FROM billing.payment AS p WHERE p.wallet_id = '{wallet}';
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit, period_limit)
            VALUES ('test', 1, 2, 'T', 'T', ARRAY['m'], 0, 5, 9) ON CONFLICT DO NOTHING;
            INSERT INTO billing.entitlement (id, wallet_id, product_id, product_version, kind, starts)
            VALUES ('{purse.Account}', '{wallet}', 'test', 1, 2, now());
            SELECT billing.hold_unit('{wallet}', '{purse.Account}', '{wallet}', '{purse.Account}', 'Text', 'm', uuidv7(), 1000000, NULL, now());
            SELECT billing.resolve(ARRAY['{wallet}']::uuid[], ARRAY[0]::bigint[], ARRAY[0]::bigint[], ARRAY[0]::bigint[], ARRAY[false], ARRAY[NULL]::jsonb[], ARRAY[NULL]::text[])
            """
        );
        return (purse, wallet);
    }

    public Task TopUpAsync(Guid account, long roubles) =>
        RunAsync(
            $"SELECT billing.top_up('{account}', uuidv7(), 'test', '{Ids.New()}', {Purse.R(roubles).Micro}, true, now())"
        );

    public async Task<string> VerifyAsync()
    {
        var said = new StringWriter(new StringBuilder());
        var code = await CommandLine.VerifyAsync(database.Services, said, default);
        var text = said.ToString().Trim();
        (code == 0).ShouldBe(text == "OK");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Knows of each run what the test says, and counts how often it was asked.</summary>
internal sealed class FakeOwner : IHoldOwner
{
    public HoldKind Kind => HoldKind.Run;

    public ConcurrentDictionary<Guid, HoldVerdict> Verdicts { get; } = [];

    public ConcurrentDictionary<Guid, int> Asked { get; } = [];

    public Task<HoldVerdict> AskAsync(Guid jobId, DateTimeOffset heldAt, CancellationToken cancel)
    {
        Asked.AddOrUpdate(jobId, 1, (_, times) => times + 1);
        return Task.FromResult(Verdicts.GetValueOrDefault(jobId) ?? new HoldVerdict.Unknown());
    }
}
