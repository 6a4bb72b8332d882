using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace NetRoom.Bench.Wallets;

/// <summary>Transactions a second and how long each took, in milliseconds.</summary>
internal sealed record Pace(double Rate, Figures Times);

/// <summary>PostgreSQL's own client on the same server, prepared statements: its TPC-B, and the ledger's functions without .NET.</summary>
internal sealed partial class Pgbench
{
    private const string Database = "tpcb";

    // Ids are of one client after the other, as time-ordered ids are.
    private const string Pair = """
        \set n :n + 1
        \set wallet random(1, :wallets)
        SELECT outcome FROM billing.hold(ARRAY[{id}], ARRAY[{account}], ARRAY[{job}], ARRAY[500000::bigint], ARRAY['RUB'], ARRAY[1::smallint], ARRAY[200::smallint], ARRAY['Text'], ARRAY['bench'], ARRAY['00000000-0000-7000-8000-000000000001'::uuid], ARRAY[1000000], ARRAY['{"id": "bench"}'::jsonb], ARRAY[now() + interval '1 hour']);
        SELECT outcome FROM billing.resolve(ARRAY[{id}], ARRAY[110000::bigint], ARRAY[0::bigint], ARRAY[110000::bigint], ARRAY[false], ARRAY['[]'::jsonb], ARRAY[NULL::text]);
        """;

    private readonly string program;
    private readonly NpgsqlConnectionStringBuilder server;
    private int runs;

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
        await bench.OutputAsync(".", Database, "-i", "-q", "-s", "10");
        return bench;
    }

    public Task<Pace> TpcbAsync(int clients, int seconds) =>
        MeasureAsync(Database, clients, seconds, []);

    /// <summary>A hold and its capture, the functions themselves, each a transaction and a round trip.</summary>
    public async Task<Pace> PairsAsync(int clients, int seconds, int wallets)
    {
        var script = Path.GetTempFileName();
        string Id(char kind) =>
            $"('{kind}' || lpad(to_hex(:run::bigint), 7, '0') || '-0000-7000-8000-' || lpad(to_hex(:client_id * 100000000::bigint + :n::bigint), 12, '0'))::uuid";
        await File.WriteAllTextAsync(
            script,
            Pair.Replace("{id}", Id('1'), StringComparison.Ordinal)
                .Replace("{job}", Id('2'), StringComparison.Ordinal)
                .Replace(
                    "{account}",
                    LedgerFill.AccountSql(":wallet::bigint"),
                    StringComparison.Ordinal
                )
        );
        try
        {
            return await MeasureAsync(
                server.Database!,
                clients,
                seconds,
                ["-f", script, "-D", "n=0", "-D", $"run={++runs}", "-D", $"wallets={wallets}"]
            );
        }
        finally
        {
            File.Delete(script);
        }
    }

    private async Task<Pace> MeasureAsync(
        string database,
        int clients,
        int seconds,
        string[] arguments
    )
    {
        var folder = Directory.CreateTempSubdirectory("netroom-pgbench-").FullName;
        try
        {
            var output = await OutputAsync(
                folder,
                database,
                [
                    "-n",
                    "-l",
                    "-M",
                    "prepared",
                    "-c",
                    $"{clients}",
                    "-j",
                    $"{Math.Min(clients, 2)}",
                    "-T",
                    $"{seconds}",
                    .. arguments,
                ]
            );
            var rate = Rate().Match(output).Groups["rate"].Value;
            // client, transaction, microseconds, …
            var times = Directory
                .GetFiles(folder)
                .SelectMany(File.ReadLines)
                .Select(line =>
                    double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1000
                );
            return new Pace(double.Parse(rate, CultureInfo.InvariantCulture), new Figures(times));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> OutputAsync(
        string folder,
        string database,
        params string[] arguments
    )
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
                database,
            ]
        )
        {
            WorkingDirectory = folder,
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
