using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NetRoom.Billing;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;
using Npgsql;
using Module = NetRoom.Kernel.Data.Module;

namespace NetRoom.Tests.Kernel;

[Collection(PostgresCollection.Name)]
public sealed class MigratorTests(Postgres postgres)
{
    private const string Count = "SELECT count(*) FROM kernel.migration";

    [Fact]
    public async Task A_file_is_applied_once()
    {
        await using var database = await postgres.CreateAsync(services =>
            services.AddBillingData()
        );
        var before = await database.ScalarAsync<long>(Count);
        await database.Services.GetRequiredService<Migrator>().RunAsync(default);
        (await database.ScalarAsync<long>(Count)).ShouldBe(before);
        before.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_had_been_applied_is_refused()
    {
        await using var database = await postgres.CreateAsync(services =>
            services.AddBillingData()
        );
        await ExecuteAsync(
            database,
            "UPDATE kernel.migration SET sha256 = '\\x00' WHERE module = 'billing' AND file LIKE '0001%'"
        );
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() =>
            database.Services.GetRequiredService<Migrator>().RunAsync(default)
        );
        refusal.Message.ShouldContain("billing/0001_ledger.sql was changed");
    }

    [Fact]
    public async Task Nodes_that_start_at_once_apply_each_file_once()
    {
        await using var database = await postgres.CreateAsync(_ => { });
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Module[] modules = [new("billing", typeof(BillingModule).Assembly)];
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    new Migrator(source, modules, NullLogger<Migrator>.Instance).RunAsync(default)
                )
        );
        var files = typeof(BillingModule)
            .Assembly.GetManifestResourceNames()
            .Count(name => name.EndsWith(".sql", StringComparison.Ordinal));
        (await database.ScalarAsync<long>(Count + " WHERE module = 'billing'")).ShouldBe(files);
    }

    [Fact]
    [Fault(12)]
    public async Task A_file_that_fails_leaves_nothing_behind()
    {
        await using var database = await postgres.CreateAsync(_ => { });
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        // The schema is there already, so the first statement of the first file fails.
        await ExecuteAsync(database, "CREATE SCHEMA billing");
        await Should.ThrowAsync<PostgresException>(() =>
            new Migrator(
                source,
                [new("billing", typeof(BillingModule).Assembly)],
                NullLogger<Migrator>.Instance
            ).RunAsync(default)
        );
        (await database.ScalarAsync<long>(Count + " WHERE module = 'billing'")).ShouldBe(0);
        (
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'billing'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public void Migrations_are_numbered_without_a_hole()
    {
        Assembly[] assemblies =
        [
            typeof(NetRoom.Kernel.KernelModule).Assembly,
            typeof(BillingModule).Assembly,
            typeof(NetRoom.Accounts.AccountsModule).Assembly,
            typeof(NetRoom.Catalog.CatalogModule).Assembly,
            typeof(NetRoom.Generation.GenerationModule).Assembly,
            typeof(NetRoom.Chats.ChatsModule).Assembly,
        ];
        foreach (var assembly in assemblies)
        {
            var numbers = assembly
                .GetManifestResourceNames()
                .Where(name => name.Contains(".Migrations.", StringComparison.Ordinal))
                .Select(name => int.Parse(name.Split(".Migrations.")[1][..4], null))
                // Its functions became files that may change: Functions/*.sql.
                .Concat(assembly == typeof(BillingModule).Assembly ? [2] : [])
                .Order()
                .ToList();
            numbers.ShouldBe(Enumerable.Range(1, numbers.Count), assembly.GetName().Name);
        }
    }

    [Fact]
    public async Task Functions_that_changed_are_applied_again_all_of_the_module()
    {
        await using var database = await postgres.CreateAsync(services =>
            services.AddBillingData()
        );
        const string functions =
            "SELECT count(*) FROM kernel.migration WHERE module = 'billing' AND file LIKE 'Functions/%'";
        var files = await database.ScalarAsync<long>(functions);
        files.ShouldBeGreaterThanOrEqualTo(4);
        await ExecuteAsync(
            database,
            """
            UPDATE kernel.migration SET applied_at = '2000-01-01';
            UPDATE kernel.migration SET sha256 = '\x00' WHERE file = 'Functions/02_hold.sql';
            DROP FUNCTION billing.spendable, billing.grant;
            """
        );
        await database.Services.GetRequiredService<Migrator>().RunAsync(default);
        (await database.ScalarAsync<long>(functions + " AND applied_at > '2000-01-01'")).ShouldBe(
            files
        );
        (
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM kernel.migration WHERE applied_at > '2000-01-01'"
            )
        ).ShouldBe(files);
        (
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_proc WHERE oid IN (to_regproc('billing.spendable'), to_regproc('billing.grant'))"
            )
        ).ShouldBe(2);
    }

    [Fact]
    public async Task Functions_that_did_not_change_are_left_alone()
    {
        await using var database = await postgres.CreateAsync(services =>
            services.AddBillingData()
        );
        await ExecuteAsync(database, "UPDATE kernel.migration SET applied_at = '2000-01-01'");
        await database.Services.GetRequiredService<Migrator>().RunAsync(default);
        (await database.ScalarAsync<long>(Count + " WHERE applied_at > '2000-01-01'")).ShouldBe(0);
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
