using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <summary>A PostgreSQL of its own with NetRoom's schema, as durable as in production.</summary>
internal sealed class LedgerServer(
    string folder,
    EmbeddedPostgres postgres,
    ServiceProvider services
) : IAsyncDisposable
{
    public string ConnectionString => postgres.ConnectionString;

    public IServiceProvider Services => services;

    public NpgsqlDataSource Source => services.GetRequiredService<NpgsqlDataSource>();

    public static async Task<LedgerServer> StartAsync()
    {
        var home = Directory.CreateTempSubdirectory("netroom-bench-").FullName;
        var server = await EmbeddedPostgres.StartAsync(home, null, CancellationToken.None);
        var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            MaxPoolSize = 140,
            CommandTimeout = 600,
        }.ConnectionString;
        var provider = new ServiceCollection()
            .AddLogging()
            .AddKernelData(connectionString)
            .AddBillingData()
            .BuildServiceProvider();
        await provider.GetRequiredService<Migrator>().RunAsync(CancellationToken.None);
        return new LedgerServer(home, server, provider);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
