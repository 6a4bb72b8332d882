using System.Text.RegularExpressions;
using Npgsql;

namespace NetRoom.Bench.Mutations;

/// <summary>One place of the ledger, broken by this SQL.</summary>
internal sealed partial record Mutation(string Part, string Name, string Sql)
{
    /// <summary>Each CHECK, key, reference, unique index and trigger that the migrated database has.</summary>
    public static async Task<List<Mutation>> OfSchemaAsync(NpgsqlDataSource source)
    {
        var mutations = new List<Mutation>();
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

    /// <summary>
    /// What Mutations/functions.txt says: "== file", then "- text" and "+ its replacement" in turn. "-2 text" is the second
    /// place of this text; a text without a number must be there once.
    /// </summary>
    public static IEnumerable<Mutation> OfFunctions(string list, string folder)
    {
        var file = "";
        var whole = "";
        Match? old = null;
        foreach (var line in File.ReadLines(list))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                file = line[3..];
                whole = File.ReadAllText(Path.Combine(folder, file));
            }
            else if (line.StartsWith('-'))
                old = Old().Match(line);
            else if (line.StartsWith('+'))
            {
                var text = old!.Groups["text"].Value;
                var place = old.Groups["place"].Value;
                var replacement = line.Length > 1 ? line[2..] : "";
                yield return new Mutation(
                    file,
                    $"{text} → {(replacement.Length == 0 ? "nothing" : replacement)}{(place.Length > 0 ? $" ({place})" : "")}",
                    Replace(whole, text, place.Length > 0 ? int.Parse(place, null) : 0, replacement)
                );
            }
        }
    }

    private static string Replace(string whole, string text, int place, string replacement)
    {
        var parts = whole.Split(text);
        if (parts.Length == 1 || place >= parts.Length || (place == 0 && parts.Length > 2))
            return $"SELECT 'found {parts.Length - 1} times'::void";
        var at = Math.Max(place, 1);
        return string.Join(text, parts[..at]) + replacement + string.Join(text, parts[at..]);
    }

    [GeneratedRegex("^-(?<place>[0-9]*) (?<text>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Old();
}
