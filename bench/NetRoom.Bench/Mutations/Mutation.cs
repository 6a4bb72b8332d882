using Npgsql;

namespace NetRoom.Bench.Mutations;

/// <summary>One place of the ledger, broken by this SQL.</summary>
internal sealed record Mutation(string Part, string Name, string Sql)
{
    /// <summary>What was there, in full.</summary>
    public string Old { get; init; } = "";

    /// <summary>Each CHECK, key, reference, unique index and trigger that the migrated database has.</summary>
    public static async Task<List<Mutation>> OfSchemaAsync(string connectionString)
    {
        var mutations = new List<Mutation>();
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(
            """
            SELECT 'constraint', conname::text, format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
              FROM pg_constraint WHERE connamespace = 'billing'::regnamespace AND contype IN ('c', 'p', 'u', 'f', 'x')
            UNION ALL
            SELECT 'index', i.relname::text, format('DROP INDEX %s', indexrelid::regclass)
              FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid
             WHERE indisunique AND i.relnamespace = 'billing'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
            UNION ALL
            SELECT 'trigger', tgname || ' of ' || tgrelid::regclass, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
              FROM pg_trigger JOIN pg_class AS t ON t.oid = tgrelid
             WHERE NOT tgisinternal AND t.relnamespace = 'billing'::regnamespace
             ORDER BY 1, 2
            """
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            mutations.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return mutations;
    }
}
