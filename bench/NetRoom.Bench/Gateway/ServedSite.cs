using System.Globalization;
using NetRoom.Bench.Site;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Bench.Gateway;

/// <summary>
/// A Release build of NetRoom on a throw-away database with one priced model, mock-model, on an OpenAI-compatible upstream, and one
/// account with money and a key.
/// </summary>
internal sealed class ServedSite : IAsyncDisposable
{
    private readonly string folder;
    private readonly EmbeddedPostgres postgres;
    private readonly NpgsqlDataSource database;
    private readonly string upstream;

    private ServedSite(
        string folder,
        EmbeddedPostgres postgres,
        Child web,
        Uri address,
        string upstream
    )
    {
        (this.folder, this.postgres, Web, Address) = (folder, postgres, web, address);
        (this.upstream, database) = (upstream, NpgsqlDataSource.Create(postgres.ConnectionString));
    }

    public Uri Address { get; }

    public Child Web { get; }

    public string Key { get; private set; } = "";

    /// <summary>Processor time of PostgreSQL with all its sessions.</summary>
    public double DatabaseCpuSeconds =>
        Child.CpuSecondsOfFamily(
            int.Parse(
                File.ReadLines(Path.Combine(folder, "pg", "postmaster.pid")).First(),
                CultureInfo.InvariantCulture
            )
        );

    /// <param name="upstream">Its base address as SDKs take it ("http://127.0.0.1:9000/v1").</param>
    /// <param name="address">Where NetRoom is to listen.</param>
    /// <param name="charges">False leaves holds and captures out.</param>
    public static async Task<ServedSite> StartAsync(
        string upstream,
        Uri address,
        bool charges = true
    )
    {
        var data = Directory.CreateTempSubdirectory("netroom-serve-").FullName;
        var server = await EmbeddedPostgres.StartAsync(data, null, CancellationToken.None);
        var web = StartNode(data, server.ConnectionString, upstream, address, charges);
        var site = new ServedSite(data, server, web, address, upstream);
        await Ports.ReadyAsync(web, address);
        await site.FillAsync();
        return site;
    }

    /// <summary>Another node on the same database, which charges nobody.</summary>
    public async Task<(Uri Address, Child Node)> StartFreeNodeAsync()
    {
        var address = Ports.Free();
        var node = StartNode(folder, postgres.ConnectionString, upstream, address, charges: false);
        await Ports.ReadyAsync(node, address);
        // The catalogue is read again every few seconds.
        await Task.Delay(TimeSpan.FromSeconds(5));
        return (address, node);
    }

    public async Task<long> CommitsAsync()
    {
        await using var command = database.CreateCommand(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        );
        // Sessions tell their counts once a second.
        await Task.Delay(TimeSpan.FromSeconds(2));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await database.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Child StartNode(
        string folder,
        string connectionString,
        string upstream,
        Uri address,
        bool charges
    )
    {
        const string many = "10000000";
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Bench",
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["DATA_DIR"] = folder,
            ["ConnectionStrings__NetRoom"] = connectionString,
            ["Providers__mock__BaseUrl"] = upstream,
            ["Providers__mock__ApiKey"] = "mock-key",
            ["Api__Limits__RequestsPerMinute"] = many,
            ["Api__Limits__AccountRequestsPerMinute"] = many,
            ["Api__Limits__ParallelRequests"] = many,
            ["Api__Limits__AccountParallelRequests"] = many,
        };
        if (!charges)
        {
            settings["DOTNET_STARTUP_HOOKS"] = typeof(ServedSite).Assembly.Location;
            settings[StartupHook.FreeVariable] = "1";
        }

        return Child.Start(
            Path.Combine(LiveSite.Root(), "artifacts", "bench", "app"),
            "NetRoom.Web.dll",
            Path.Combine(folder, $"web-{address.Port}.log"),
            settings
        );
    }

    private async Task FillAsync()
    {
        await using var command = database.CreateCommand(
            """
            WITH provider AS (
                INSERT INTO catalog.provider (id, name, protocol, base_url, is_sandbox) VALUES ('mock', 'Mock', 'openai', '', false)
            ), model AS (
                INSERT INTO catalog.model (id, provider_id, wire_name, name, "group", status, description_en, description_ru, context_tokens,
                       max_output_tokens, efforts, badges, adults_only, is_sandbox, "order", author)
                VALUES ('mock-model', 'mock', 'mock-model', 'Mock', 'Text', 'Active', '', '', 128000, 16000, '{}', '{}', false, false, 1, 'bench')
            )
            INSERT INTO catalog.price_version (id, model_id, valid_from, rates, roubles_per_dollar, margin_percent, author, created_at)
            SELECT uuidv7(), 'mock-model', '2026-01-01', v.rates, v.roubles_per_dollar, v.margin_percent, 'bench', now()
              FROM catalog.price_version AS v WHERE v.model_id = 'gpt-6-luna' ORDER BY v.valid_from DESC LIMIT 1
            """
        );
        await command.ExecuteNonQueryAsync();
        Key = await Funded.KeyAsync(database);
        // The catalogue is read again every few seconds.
        await Task.Delay(TimeSpan.FromSeconds(5));
    }
}
