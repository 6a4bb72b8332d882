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
/// forward only, under an advisory lock, so that many nodes may start at once.
/// </summary>
public sealed partial class Migrator(
    NpgsqlDataSource source,
    IEnumerable<Module> modules,
    ILogger<Migrator> log
)
{
    private const long LockKey = 0x4E65_7452_6F6F_6D01;

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
        foreach (var (file, sql) in Files(module.Assembly))
            await ApplyAsync(connection, applied, module.Name, file, sql, cancel);
        await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", cancel);
        await connection.ReloadTypesAsync(cancel);
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection,
        Dictionary<(string, string), byte[]> applied,
        string module,
        string file,
        string sql,
        CancellationToken cancel
    )
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(sql));
        if (applied.TryGetValue((module, file), out var known))
        {
            if (!known.AsSpan().SequenceEqual(hash))
                throw new InvalidOperationException(
                    $"Migration {module}/{file} was changed after it had been applied. Restore it and add a new file."
                );
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, sql, cancel);
        await using var record = new NpgsqlCommand(
            "INSERT INTO kernel.migration(module, file, sha256) VALUES ($1, $2, $3)",
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
        await transaction.CommitAsync(cancel);
        Applied(module, file);
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

    private static IEnumerable<(string File, string Sql)> Files(Assembly assembly) =>
        from resource in assembly.GetManifestResourceNames()
        let at = resource.IndexOf(".Migrations.", StringComparison.Ordinal)
        where at >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal)
        let file = resource[(at + ".Migrations.".Length)..]
        orderby file
        select (file, Read(assembly, resource));

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Module}/{File}")]
    private partial void Applied(string module, string file);
}
