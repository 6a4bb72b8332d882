using NetRoom.Api.Keys;
using NetRoom.Kernel;
using Npgsql;

namespace NetRoom.Bench.Gateway;

internal static class Funded
{
    /// <summary>The key of a new account that has a million roubles.</summary>
    public static async Task<string> KeyAsync(NpgsqlDataSource database)
    {
        var key = KeySecret.Create();
        await using var command = database.CreateCommand(
            """
            WITH key AS (
                INSERT INTO api.key (id, account_id, name, hash, start, scopes, created_at) VALUES (uuidv7(), $1, 'bench', $2, $3, 31, now())
            )
            SELECT billing.grant($1, uuidv7(), 3::smallint, 'RUB', 1000000000000::bigint, 300::smallint, 'bench', 'bench', NULL, NULL, NULL, NULL)
            """
        );
        command.Parameters.Add(new() { Value = Ids.New() });
        command.Parameters.Add(new() { Value = KeySecret.Hash(key) });
        command.Parameters.Add(new() { Value = KeySecret.Start(key) });
        await command.ExecuteNonQueryAsync();
        return key;
    }
}
