using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <summary>A PostgreSQL of its own with NetRoom's schema, as durable as in production.</summary>
internal sealed class LedgerServer : IAsyncDisposable
{
    private readonly string folder;
    private readonly EmbeddedPostgres postgres;
    private readonly ServiceProvider services;

    private LedgerServer(string folder, EmbeddedPostgres postgres, ServiceProvider services) =>
        (this.folder, this.postgres, this.services) = (folder, postgres, services);

    public string ConnectionString => postgres.ConnectionString;

    public IServiceProvider Services => services;

    public NpgsqlDataSource Source => services.GetRequiredService<NpgsqlDataSource>();

    public static async Task<LedgerServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("netroom-bench-").FullName;
        var postgres = await EmbeddedPostgres.StartAsync(folder, null, CancellationToken.None);
        var connectionString = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            MaxPoolSize = 140,
            CommandTimeout = 600,
        }.ConnectionString;
        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(connectionString)
            .AddBillingData()
            .BuildServiceProvider();
        await services.GetRequiredService<Migrator>().RunAsync(CancellationToken.None);
        return new LedgerServer(folder, postgres, services);
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
