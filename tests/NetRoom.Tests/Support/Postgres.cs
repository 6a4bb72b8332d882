using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Tests.Support;

/// <summary>One real PostgreSQL for the whole run; each test class asks for a database of its own.</summary>
public sealed class Postgres : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-tests-").FullName;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> templates = [];
    private EmbeddedPostgres server = null!;

    public async Task InitializeAsync()
    {
        // A test may run as root, whose private folders PostgreSQL's user must still be able to pass.
        server = await EmbeddedPostgres.StartAsync(folder, null, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A new database with the migrations of the kernel and of the modules that <paramref name="add"/> registers.</summary>
    public async Task<TestDatabase> CreateAsync(Action<IServiceCollection> add)
    {
        var name = "t" + Ids.New().ToString("n");
        var connectionString = ConnectionTo(name);
        var services = new ServiceCollection().AddLogging().AddKernelData(connectionString);
        add(services);
        var provider = services.BuildServiceProvider();
        // Migrated once for each set of modules; the rest are copies.
        var modules = string.Join('_', provider.GetServices<Module>().Select(it => it.Name));
        var migrated = await templates
            .GetOrAdd(modules, _ => new(() => MigrateAsync("m" + Ids.New().ToString("n"), add)))
            .Value;
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {migrated}");
        var database = new TestDatabase(provider, connectionString);
        await MutateAsync(database);
        return database;
    }

    private async Task<string> MigrateAsync(string name, Action<IServiceCollection> add)
    {
        await ExecuteAsync($"CREATE DATABASE {name}");
        var services = new ServiceCollection().AddLogging().AddKernelData(ConnectionTo(name));
        add(services);
        // Nobody may be connected to what is copied.
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Migrator>().RunAsync(CancellationToken.None);
        return name;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = database,
            MaxPoolSize = 60,
            // Each class has a database of its own, and all share one server's connections.
            ConnectionIdleLifetime = 2,
            ConnectionPruningInterval = 1,
        }.ConnectionString;

    /// <summary>A file of SQL that breaks the ledger in one place: bench/run.sh mutate asks whether a test notices.</summary>
    private static async Task MutateAsync(TestDatabase database)
    {
        if (
            Environment.GetEnvironmentVariable("NETROOM_MUTATION") is { Length: > 0 } file
            && await database.ScalarAsync<bool>("SELECT to_regnamespace('billing') IS NOT NULL")
        )
            await database.ScalarAsync<int>(await File.ReadAllTextAsync(file) + "; SELECT 1");
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<Postgres>
{
    public const string Name = "postgres";
}

/// <summary>A migrated database and the services on it.</summary>
public sealed class TestDatabase(ServiceProvider services, string connectionString)
    : IAsyncDisposable
{
    public string ConnectionString { get; } = connectionString;

    public IServiceProvider Services => services;

    /// <summary>Runs in a scope of its own, as a request would.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    public Task InScopeAsync(Func<IServiceProvider, Task> act) =>
        InScopeAsync(async provider =>
        {
            await act(provider);
            return true;
        });

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
