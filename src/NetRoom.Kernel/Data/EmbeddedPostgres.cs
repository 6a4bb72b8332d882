using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace NetRoom.Kernel.Data;

/// <summary>
/// A private PostgreSQL in a folder, for one machine: made on first use, started and stopped with this process. On Linux the server
/// is told to stop by the kernel when we die, however we die.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process server;

    private EmbeddedPostgres(Process server, string connectionString) =>
        (this.server, ConnectionString) = (server, connectionString);

    /// <summary>For the database "netroom" of this server.</summary>
    public string ConnectionString { get; }

    /// <param name="folder">Holds the cluster ("pg"), its password and its log.</param>
    /// <param name="binFolder">Where initdb and postgres are; null looks in the usual places.</param>
    public static async Task<EmbeddedPostgres> StartAsync(
        string folder,
        string? binFolder,
        CancellationToken cancel
    )
    {
        folder = Directory.CreateDirectory(folder).FullName;
        var run = new PostgresRunner(PostgresBinaries.Find(binFolder));
        var cluster = Path.Combine(folder, "pg");
        var passwordFile = Path.Combine(folder, "pg.password");
        if (!File.Exists(Path.Combine(cluster, "PG_VERSION")))
            await CreateAsync(run, cluster, passwordFile, cancel);
        await WaitForOldServerAsync(cluster, cancel);

        var password = (await File.ReadAllTextAsync(passwordFile, cancel)).Trim();
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var postgres = run.Start(
                "postgres",
                [
                    "-D",
                    cluster,
                    "-p",
                    $"{port}",
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "max_connections=200",
                    "-c",
                    "shared_buffers=256MB",
                    "-c",
                    "wal_compression=on",
                    "-c",
                    "logging_collector=on",
                    "-c",
                    $"log_directory={Path.Combine(cluster, "log")}",
                    "-c",
                    "log_filename=postgresql-%a.log",
                    "-c",
                    "log_truncate_on_rotation=on",
                    // Details of an error may quote a row, and rows hold what people wrote.
                    "-c",
                    "log_error_verbosity=terse",
                ]
            );
            var connectionString = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = "netroom",
                Password = password,
                Database = "netroom",
                MaxPoolSize = 50,
            }.ConnectionString;
            if (await IsReadyAsync(postgres, connectionString, cancel))
                return new EmbeddedPostgres(postgres, connectionString);
            // Somebody may have taken the port between the look and the bind.
            if (attempt == 3)
                throw new InvalidOperationException(
                    $"PostgreSQL did not start; see {Path.Combine(cluster, "log")}."
                );
        }
    }

    /// <summary>A fast shutdown: sessions are ended, nothing is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (!server.HasExited)
        {
            Signal(server.Id, Interrupt);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await server.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Signal(server.Id, Quit);
            }
        }

        server.Dispose();
    }

    private static async Task CreateAsync(
        PostgresRunner run,
        string cluster,
        string passwordFile,
        CancellationToken cancel
    )
    {
        await File.WriteAllTextAsync(
            passwordFile,
            RandomNumberGenerator.GetHexString(40, lowercase: true),
            cancel
        );
        PostgresRunner.MakePrivate(passwordFile);
        // A half-made cluster of a killed first start is not worth keeping: PG_VERSION is written first, global/pg_control late.
        var fresh = cluster + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        Directory.CreateDirectory(fresh);
        PostgresRunner.MakePrivate(fresh);
        await run.RunAsync(
            "initdb",
            [
                "-D",
                fresh,
                "--username=netroom",
                "--auth=scram-sha-256",
                $"--pwfile={passwordFile}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ],
            cancel
        );
        Directory.Move(fresh, cluster);
    }

    private static async Task<bool> IsReadyAsync(
        Process server,
        string connectionString,
        CancellationToken cancel
    )
    {
        var maintenance = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Database = "postgres",
            Pooling = false,
            Timeout = 3,
        }.ConnectionString;
        for (
            var started = Stopwatch.StartNew();
            started.Elapsed < StartLimit && !server.HasExited;

        )
        {
            try
            {
                await using var connection = new NpgsqlConnection(maintenance);
                await connection.OpenAsync(cancel);
                await using var exists = new NpgsqlCommand(
                    "SELECT 1 FROM pg_database WHERE datname = 'netroom'",
                    connection
                );
                if (await exists.ExecuteScalarAsync(cancel) is null)
                {
                    await using var create = new NpgsqlCommand(
                        "CREATE DATABASE netroom",
                        connection
                    );
                    await create.ExecuteNonQueryAsync(cancel);
                }

                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
            }
        }

        return false;
    }

    /// <summary>After a crash of ours the old server may still be writing its last checkpoint.</summary>
    private static async Task WaitForOldServerAsync(string cluster, CancellationToken cancel)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        for (var waited = Stopwatch.StartNew(); IsHeld(pidFile); )
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(15))
                throw new InvalidOperationException(
                    $"Another NetRoom is using {Path.GetDirectoryName(cluster)}. Stop it, or set DATA_DIR to another folder."
                );
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        }
    }

    private static bool IsHeld(string pidFile) =>
        File.Exists(pidFile)
        && int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), out var pid)
        && Directory.Exists($"/proc/{pid}")
        && File.ReadAllText($"/proc/{pid}/cmdline").Contains("postgres", StringComparison.Ordinal);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private const int Interrupt = 2;
    private const int Quit = 3;

    private static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
