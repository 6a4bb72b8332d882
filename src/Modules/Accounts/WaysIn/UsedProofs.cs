using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace NetRoom.Accounts.WaysIn;

/// <summary>What may be shown once: the first to take it, on whichever node, is the only one.</summary>
internal sealed class UsedProofs(NpgsqlDataSource source, TimeProvider clock)
{
    /// <summary>False if it was taken before.</summary>
    public async Task<bool> TakeAsync(string proof, CancellationToken cancel)
    {
        await using var take = source.CreateCommand(
            "INSERT INTO accounts.used_proof (key, used_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        );
        take.Parameters.Add(new() { Value = SHA256.HashData(Encoding.UTF8.GetBytes(proof)) });
        take.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return await take.ExecuteNonQueryAsync(cancel) == 1;
    }
}
