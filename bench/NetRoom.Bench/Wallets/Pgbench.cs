using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <summary>PostgreSQL's own measure, on the same server: its TPC-B, prepared statements, as durable as ours.</summary>
internal sealed partial class Pgbench
{
    private const string Database = "tpcb";
    private readonly string program;
    private readonly NpgsqlConnectionStringBuilder server;

    private Pgbench(string program, NpgsqlConnectionStringBuilder server) =>
        (this.program, this.server) = (program, server);

    /// <summary>Null where there is no pgbench.</summary>
    public static async Task<Pgbench?> PrepareAsync(string connectionString)
    {
        var found = new[]
        {
            "/usr/bin/pgbench",
            "/usr/lib/postgresql/15/bin/pgbench",
        }.FirstOrDefault(File.Exists);
        if (found is null)
            return null;
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
            await create.ExecuteNonQueryAsync();
        }

        var bench = new Pgbench(found, new NpgsqlConnectionStringBuilder(connectionString));
        await bench.OutputAsync("-i", "-q", "-s", "10");
        return bench;
    }

    /// <returns>Transactions a second.</returns>
    public async Task<double> RunAsync(int clients, int seconds)
    {
        var output = await OutputAsync(
            "-n",
            "-M",
            "prepared",
            "-c",
            $"{clients}",
            "-j",
            $"{Math.Min(clients, 2)}",
            "-T",
            $"{seconds}"
        );
        return double.Parse(
            Rate().Match(output).Groups["rate"].Value,
            CultureInfo.InvariantCulture
        );
    }

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo(
            program,
            [
                .. arguments,
                "-h",
                server.Host!,
                "-p",
                $"{server.Port}",
                "-U",
                server.Username!,
                Database,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = server.Password! },
        };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await error);
    }

    [GeneratedRegex(
        "tps = (?<rate>[0-9.]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Rate();
}
