using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Bench.Site;

/// <summary>PostgreSQL, the sandbox and NetRoom as they run for people: published Release builds in processes of their own.</summary>
internal sealed class LiveSite : IAsyncDisposable
{
    private const string Many = "1000000";
    private readonly string folder;
    private readonly EmbeddedPostgres postgres;
    private readonly Child sandbox;
    private readonly string gauge;

    private LiveSite(
        string folder,
        EmbeddedPostgres postgres,
        Child sandbox,
        Child web,
        Uri address,
        Uri sandboxAddress
    )
    {
        (this.folder, this.postgres, this.sandbox, Web) = (folder, postgres, sandbox, web);
        (Address, SandboxAddress) = (address, sandboxAddress);
        gauge = Path.Combine(folder, "gauge");
        Database = NpgsqlDataSource.Create(postgres.ConnectionString);
    }

    public Uri Address { get; }

    public Uri SandboxAddress { get; }

    public Child Web { get; }

    public NpgsqlDataSource Database { get; }

    public Gauge Gauge => Gauge.Read(gauge);

    /// <summary>Processor time of PostgreSQL with all its sessions.</summary>
    public double DatabaseCpuSeconds =>
        Child.CpuSecondsOfFamily(
            int.Parse(
                File.ReadLines(Path.Combine(folder, "pg", "postmaster.pid")).First(),
                CultureInfo.InvariantCulture
            )
        );

    /// <param name="bonusRoubles">What each new account begins with.</param>
    public static async Task<LiveSite> StartAsync(int bonusRoubles = 100_000)
    {
        var data = Directory.CreateTempSubdirectory("netroom-bench-").FullName;
        var built = Path.Combine(Root(), "artifacts", "bench");
        var server = await EmbeddedPostgres.StartAsync(data, null, CancellationToken.None);
        var (sandboxAddress, address) = FreeAddresses();
        var provider = Child.Start(
            Path.Combine(built, "sandbox"),
            "NetRoom.Sandbox.dll",
            Path.Combine(data, "sandbox.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Bench",
                ["ASPNETCORE_URLS"] = sandboxAddress.ToString(),
                ["Sandbox__CallsKept"] = Many,
                ["Sandbox__SmtpPort"] = "0",
            }
        );
        var web = Child.Start(
            Path.Combine(built, "app"),
            "NetRoom.Web.dll",
            Path.Combine(data, "web.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Bench",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["DATA_DIR"] = data,
                ["ConnectionStrings__NetRoom"] = server.ConnectionString,
                ["Sandbox__BaseUrl"] = sandboxAddress.ToString(),
                ["Accounts__PasswordIterations"] = "1000",
                ["Accounts__SignUpsPerHour"] = Many,
                ["Api__Limits__RequestsPerMinute"] = Many,
                ["Api__Limits__AccountRequestsPerMinute"] = Many,
                ["Api__Limits__ParallelRequests"] = Many,
                ["Api__Limits__AccountParallelRequests"] = Many,
                ["Billing__StarterBonus__Roubles"] = bonusRoubles.ToString(
                    CultureInfo.InvariantCulture
                ),
                ["DOTNET_STARTUP_HOOKS"] = typeof(LiveSite).Assembly.Location,
                [StartupHook.FileVariable] = Path.Combine(data, "gauge"),
            }
        );
        var site = new LiveSite(data, server, provider, web, address, sandboxAddress);
        await site.ReadyAsync();
        return site;
    }

    /// <summary>Lines of the web process's log at this level ("warn", "fail").</summary>
    public int LogLines(string level) =>
        File.ReadLines(Path.Combine(folder, "web.log"))
            .Count(line => line.StartsWith(level + ":", StringComparison.Ordinal));

    public void KeepLog()
    {
        var kept = Path.Combine(
            Root(),
            "artifacts",
            "bench",
            $"web-{TimeProvider.System.GetUtcNow():HHmmss}.log"
        );
        File.Copy(Path.Combine(folder, "web.log"), kept, overwrite: true);
        Console.WriteLine($"{LogLines("warn")} warnings and {LogLines("fail")} errors in {kept}");
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        KeepLog();
        await Web.DisposeAsync();
        await sandbox.DisposeAsync();
        await Database.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static string Root()
    {
        var up = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(up.FullName, "NetRoom.slnx")))
            up =
                up.Parent
                ?? throw new InvalidOperationException("Run the bench from the repository.");
        return up.FullName;
    }

    private async Task ReadyAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var web = await Wire.Client.GetAsync(new Uri(Address, "/health"));
                using var provider = await Wire.Client.GetAsync(new Uri(SandboxAddress, "/health"));
                if (web.IsSuccessStatusCode && provider.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 600 && !Web.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Both at once, or the second could be the first again.</summary>
    private static (Uri, Uri) FreeAddresses()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (Of(first), Of(second));

        static Uri Of(TcpListener listener) =>
            new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}

/// <summary>One client for all: a connection for each request that is open, kept when it is done.</summary>
internal static class Wire
{
    public static readonly HttpClient Client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 2_000,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = TimeSpan.FromMinutes(20),
    };
}
