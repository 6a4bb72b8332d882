using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using NetRoom.Bench.Site;
using NetRoom.Bench.Wallets;
using NetRoom.Tests.Billing.Simulation;
using Npgsql;

namespace NetRoom.Bench.Mutations;

/// <summary>
/// Breaks the ledger in one place after the other and asks whether a test notices: first the tests that are made for it, then
/// a short simulation, then all tests of billing. What survives needs a test.
/// </summary>
internal static partial class MutationGate
{
    private const int Seed = 20261121;

    private static readonly string[] Filters =
    [
        "FullyQualifiedName~Billing.ConstraintTests|FullyQualifiedName~GuardTests",
        "FullyQualifiedName~NetRoom.Tests.Billing&FullyQualifiedName!~Simulation",
    ];

    public static async Task<int> RunAsync(Options options)
    {
        var root = LiveSite.Root();
        await using var server = await LedgerServer.StartAsync();
        var mutations = await Mutation.OfSchemaAsync(server.Source);
        mutations.AddRange(
            Mutation.OfFunctions(
                Path.Combine(root, "bench/NetRoom.Bench/Mutations/functions.txt"),
                Path.Combine(root, "src/Modules/Billing/Functions")
            )
        );
        if (options.Text("only") is { } only)
            mutations.RemoveAll(it =>
                !$"{it.Part} {it.Name}".Contains(only, StringComparison.OrdinalIgnoreCase)
            );
        // The copies are made of it, and a template has no sessions.
        await using var maintenance = await MaintenanceAsync(server.ConnectionString);
        await server.Source.DisposeAsync();

        var watch = Stopwatch.StartNew();
        var table = Table.Of("part", "mutation", "killed by", "s");
        var survivors = new ConcurrentQueue<Mutation>();
        await Parallel.ForEachAsync(
            mutations.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = options.Number("parallel", 2) },
            async (numbered, cancel) =>
            {
                var (number, mutation) = numbered;
                var started = Stopwatch.StartNew();
                var killer = await KillerAsync(
                    root,
                    maintenance,
                    server.ConnectionString,
                    mutation,
                    number,
                    options
                );
                if (killer is null or "INVALID")
                    survivors.Enqueue(mutation);
                lock (table)
                    table.Row(
                        mutation.Part,
                        $"`{mutation.Name.Replace("|", "\\|", StringComparison.Ordinal)}`",
                        killer ?? "**SURVIVED**",
                        started.Elapsed.TotalSeconds
                    );
            }
        );
        Console.WriteLine(
            $"\n{mutations.Count} mutations, {survivors.Count} survived, {watch.Elapsed.TotalMinutes:0.0} minutes"
        );
        return survivors.IsEmpty ? 0 : 1;
    }

    private static async Task<string?> KillerAsync(
        string root,
        NpgsqlDataSource maintenance,
        string connectionString,
        Mutation mutation,
        int number,
        Options options
    )
    {
        var database = $"mutant{number}";
        await using (
            var create = maintenance.CreateCommand($"CREATE DATABASE {database} TEMPLATE netroom")
        )
            await create.ExecuteNonQueryAsync();
        var mutant = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Database = database,
        }.ConnectionString;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, mutation.Sql);
            if (!await ApplyAsync(mutant, mutation))
                return "INVALID";
            if (await FirstFailedAsync(root, file, Filters[0]) is { } guard)
                return guard;
            if (await SimulateAsync(mutant, options.Number("steps", 3_200)) is { } simulated)
                return simulated;
            return await FirstFailedAsync(root, file, Filters[1]);
        }
        finally
        {
            File.Delete(file);
            NpgsqlConnection.ClearAllPools();
            await using var drop = maintenance.CreateCommand($"DROP DATABASE {database} (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static async Task<bool> ApplyAsync(string connectionString, Mutation mutation)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(mutation.Sql);
        try
        {
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    private static async Task<string?> SimulateAsync(string connectionString, int steps)
    {
        try
        {
            await LedgerSimulation.RunAsync(
                connectionString,
                Seed,
                steps,
                new SimulationOptions(
                    Wallets: 16,
                    StatementsToACrash: 0,
                    KillsConnections: false,
                    AuditEvery: 4
                )
            );
            return null;
        }
        catch (Exception failure)
        {
            return $"the simulation: {failure.Message.Split('\n')[0]}";
        }
    }

    private static async Task<string?> FirstFailedAsync(string root, string file, string filter)
    {
        var info = new ProcessStartInfo(
            "dotnet",
            [
                "test",
                Path.Combine(root, "artifacts/bin/NetRoom.Tests/release/NetRoom.Tests.dll"),
                "--nologo",
                "--filter",
                filter,
                "--",
                "xUnit.StopOnFail=true",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NETROOM_MUTATION"] = file },
        };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await error;
        if (process.ExitCode == 0)
            return null;
        var failed = Failed().Match(output).Groups["test"].Value;
        return failed.Length > 0 ? failed : "the test run broke off";
    }

    private static async Task<NpgsqlDataSource> MaintenanceAsync(string connectionString)
    {
        var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                Database = "postgres",
            }.ConnectionString
        );
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteNonQueryAsync();
        return source;
    }

    [GeneratedRegex(
        @"^\s*Failed NetRoom\.Tests\.(?<test>[\w.]+)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex Failed();
}
