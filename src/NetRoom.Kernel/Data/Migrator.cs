using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NetRoom.Kernel.Data;

/// <summary>A module's name, which is its schema, and the assembly that holds its migrations.</summary>
public sealed record Module(string Name, Assembly Assembly);

/// <summary>
/// Applies each module's Migrations/NNNN_what.sql, modules in order of registration, files in order of number, once,
/// forward only; then its Functions/*.sql, all of them whenever one of them is new or differs from what was applied last.
/// Under an advisory lock, so that many nodes may start at once.
/// </summary>
public sealed partial class Migrator(
    NpgsqlDataSource source,
    IEnumerable<Module> modules,
    ILogger<Migrator> log
)
{
    private const long LockKey = 0x4E65_7452_6F6F_6D01;
    private const string FunctionsFolder = "Functions/";

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancel);
        await ExecuteAsync(
            connection,
            """
            CREATE SCHEMA IF NOT EXISTS kernel;
            CREATE TABLE IF NOT EXISTS kernel.migration (
                module text NOT NULL,
                file text NOT NULL,
                sha256 bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (module, file))
            """,
            cancel
        );
        var applied = await AppliedAsync(connection, cancel);
        foreach (var module in modules)
        {
            var migrated = false;
            foreach (var file in Files(module.Assembly, ".Migrations."))
                migrated |= await ApplyAsync(connection, applied, module.Name, file, cancel);
            await ApplyFunctionsAsync(connection, applied, module, migrated, cancel);
        }

        await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", cancel);
        await connection.ReloadTypesAsync(cancel);
    }

    private async Task<bool> ApplyAsync(
        NpgsqlConnection connection,
        Dictionary<(string, string), byte[]> applied,
        string module,
        SqlFile file,
        CancellationToken cancel
    )
    {
        if (applied.TryGetValue((module, file.Name), out var known))
        {
            if (!known.AsSpan().SequenceEqual(file.Hash))
                throw new InvalidOperationException(
                    $"Migration {module}/{file.Name} was changed after it had been applied. Restore it and add a new file."
                );
            return false;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, file.Sql, cancel);
        await RecordAsync(connection, module, file.Name, file.Hash, cancel);
        await transaction.CommitAsync(cancel);
        Applied(module, file.Name);
        return true;
    }

    /// <param name="migrated">A migration may have dropped what a function file makes.</param>
    private async Task ApplyFunctionsAsync(
        NpgsqlConnection connection,
        Dictionary<(string, string), byte[]> applied,
        Module module,
        bool migrated,
        CancellationToken cancel
    )
    {
        var files = Files(module.Assembly, ".Functions.").ToArray();
        bool IsCurrent(SqlFile file) =>
            applied.TryGetValue((module.Name, FunctionsFolder + file.Name), out var known)
            && known.AsSpan().SequenceEqual(file.Hash);
        if (!migrated && Array.TrueForAll(files, IsCurrent))
            return;

        // One transaction: no caller ever sees a new function beside an old one.
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var file in files)
        {
            await ExecuteAsync(connection, file.Sql, cancel);
            await RecordAsync(
                connection,
                module.Name,
                FunctionsFolder + file.Name,
                file.Hash,
                cancel
            );
        }

        await transaction.CommitAsync(cancel);
        foreach (var file in files)
            Applied(module.Name, FunctionsFolder + file.Name);
    }

    private static async Task RecordAsync(
        NpgsqlConnection connection,
        string module,
        string file,
        byte[] hash,
        CancellationToken cancel
    )
    {
        await using var record = new NpgsqlCommand(
            """
            INSERT INTO kernel.migration(module, file, sha256) VALUES ($1, $2, $3)
            ON CONFLICT (module, file) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()
            """,
            connection
        )
        {
            Parameters =
            {
                new() { Value = module },
                new() { Value = file },
                new() { Value = hash },
            },
        };
        await record.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<Dictionary<(string, string), byte[]>> AppliedAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        var applied = new Dictionary<(string, string), byte[]>();
        await using var command = new NpgsqlCommand(
            "SELECT module, file, sha256 FROM kernel.migration",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            applied[(reader.GetString(0), reader.GetString(1))] = reader.GetFieldValue<byte[]>(2);
        return applied;
    }

    private static IEnumerable<SqlFile> Files(Assembly assembly, string folder) =>
        from resource in assembly.GetManifestResourceNames()
        let at = resource.IndexOf(folder, StringComparison.Ordinal)
        where at >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal)
        let name = resource[(at + folder.Length)..]
        orderby name
        select new SqlFile(name, Read(assembly, resource));

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancel
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private sealed record SqlFile(string Name, string Sql)
    {
        public byte[] Hash { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Sql));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Module}/{File}")]
    private partial void Applied(string module, string file);
}
