using System.Diagnostics;
using System.Globalization;
using NetRoom.Bench.Site;
using Npgsql;

namespace NetRoom.Bench.Mutations;

/// <summary>
/// Breaks the ledger in one place after the other and asks whether a test notices. What survives needs a test, or a line in
/// equivalent.txt that says why nothing can be noticed.
/// </summary>
internal static class MutationGate
{
    private static readonly string[] Classes =
    [
        "ConstraintTests",
        "GuardTests",
        "UnwindGuardTests",
        "UnitGuardTests",
        "CorrectionGuardTests",
        "OperatorGuardTests",
        "LockTests",
        "Audit.ReconciliationTests",
    ];

    public static async Task<int> RunAsync(Options options)
    {
        var root = LiveSite.Root();
        var folder = Path.Combine(root, "bench/NetRoom.Bench/Mutations");
        await using var tests = await TestRun.StartAsync(Classes);
        var whole = await tests.DatabaseAsync();
        if (await tests.FirstFailedAsync(new Mutation("08", "none", "")) is { } broken)
        {
            Console.WriteLine($"Without any mutation {broken} fails.");
            return 1;
        }

        var mutations = await Mutation.OfSchemaAsync(whole);
        foreach (
            var file in Directory
                .GetFiles(Path.Combine(root, "src/Modules/Billing/Functions"), "*.sql")
                .Order(StringComparer.Ordinal)
        )
            mutations.AddRange(FunctionMutations.Of(file));
        var equivalent = Equivalents(Path.Combine(folder, "equivalent.txt"));
        var unknown = equivalent.Except(mutations.Select(Key)).ToArray();
        var left = mutations.RemoveAll(it => equivalent.Contains(Key(it)));
        if (options.Text("only") is ['@', .. var log])
        {
            var again = File.ReadLines(log)
                .Select(it => it.Replace("survived: ", "", StringComparison.Ordinal))
                .ToHashSet();
            mutations.RemoveAll(it => !again.Contains(Key(it)));
        }
        else if (options.Text("only") is { } only)
            mutations.RemoveAll(it => !Key(it).Contains(only, StringComparison.OrdinalIgnoreCase));

        var (shard, shards) = (options.Number("shard", 0), options.Number("of", 1));
        mutations = [.. mutations.Where((_, number) => number % shards == shard)];

        var report = Directory.CreateDirectory(Path.Combine(root, "artifacts/bench")).FullName;
        await using var table = new StreamWriter(
            Path.Combine(report, shards == 1 ? "mutations.md" : $"mutations-{shard}.md")
        )
        {
            AutoFlush = true,
        };
        await table.WriteLineAsync("| part | mutation | killed by | s |\n|---|---|---|---|");
        var watch = Stopwatch.StartNew();
        var (survived, invalid) = (0, 0);
        foreach (var mutation in mutations)
        {
            var started = watch.Elapsed.TotalSeconds;
            var killer = await KillerAsync(tests, mutation, whole);
            if (killer is not (null or Invalid) && !await tests.PassesWithoutMutationAsync())
            {
                await tests.ForgetAsync();
                killer = await KillerAsync(tests, mutation, whole);
                // What the broken test itself left behind is not there either.
                await tests.ForgetAsync();
                if (killer is not null && !await tests.PassesWithoutMutationAsync())
                    throw new InvalidOperationException($"{killer} fails without a mutation too.");
            }

            if (killer is Invalid)
            {
                // What the database does not accept is not a ledger.
                invalid++;
                continue;
            }

            if (killer is null)
                survived++;
            else if (options.Has("why"))
                Console.WriteLine($"{Key(mutation)}: {killer}: {tests.LastFailure}");
            await table.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {mutation.Part} | `{mutation.Name.Replace("|", "\\|", StringComparison.Ordinal)}` | {killer ?? "**SURVIVED**"} | {watch.Elapsed.TotalSeconds - started:0.0} |"
                )
            );
            if (killer is null)
                Console.WriteLine($"survived: {Key(mutation)}");
        }

        foreach (var line in shards == 1 ? unknown : [])
            Console.WriteLine($"equivalent.txt names what is not there: {line}");
        Console.WriteLine(
            $"\n{mutations.Count - invalid} mutations, {survived} survived; {invalid} were no SQL; {left} change nothing that can be seen (equivalent.txt); {watch.Elapsed.TotalMinutes:0.0} minutes"
        );
        return survived == 0 ? 0 : 1;
    }

    private const string Invalid = "invalid";

    /// <param name="whole">A database that is not broken, whose stories may be: each is a transaction that is rolled back.</param>
    private static async Task<string?> KillerAsync(TestRun tests, Mutation mutation, string whole)
    {
        if (!await IsAcceptedAsync(mutation, whole))
            return Invalid;
        if (!mutation.Part.StartsWith("08", StringComparison.Ordinal))
        {
            Environment.SetEnvironmentVariable("NETROOM_MUTATION_IN_STORIES", mutation.Sql);
            try
            {
                return await tests.FirstFailedAsync(mutation);
            }
            finally
            {
                Environment.SetEnvironmentVariable("NETROOM_MUTATION_IN_STORIES", null);
            }
        }

        // The reconciliation has connections of its own: Postgres.cs of the tests breaks every database that it makes.
        var file = Path.GetTempFileName();
        await tests.ForgetAsync();
        try
        {
            await File.WriteAllTextAsync(file, mutation.Sql);
            Environment.SetEnvironmentVariable("NETROOM_MUTATION", file);
            return await tests.FirstFailedAsync(mutation);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NETROOM_MUTATION", null);
            File.Delete(file);
            await tests.ForgetAsync();
            await DropAsync(whole);
        }
    }

    private static async Task<bool> IsAcceptedAsync(Mutation mutation, string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(mutation.Sql, connection, transaction);
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

    /// <summary>All that the tests made. What they are copied from has another letter.</summary>
    private static async Task DropAsync(string connectionString)
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                Database = "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
        await using var made = new NpgsqlCommand(
            "SELECT coalesce(array_agg(datname::text), '{}') FROM pg_database WHERE datname LIKE 't0%'",
            connection
        );
        var kept = new NpgsqlConnectionStringBuilder(connectionString).Database;
        foreach (var name in ((string[])(await made.ExecuteScalarAsync())!).Where(it => it != kept))
        {
            await using var drop = new NpgsqlCommand($"DROP DATABASE {name} (FORCE)", connection)
            {
                // It waits for a checkpoint: on a busy machine for as long as that takes.
                CommandTimeout = 0,
            };
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static string Key(Mutation mutation) => $"{mutation.Part}: {mutation.Name}";

    /// <summary>Lines that begin with # say why.</summary>
    private static HashSet<string> Equivalents(string file) =>
        [.. File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#')];
}
