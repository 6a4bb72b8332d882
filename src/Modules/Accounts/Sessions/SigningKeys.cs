using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// The keys of access tokens: in the database, so that every node reads every node's tokens; sealed by Data Protection; the newest
/// signs and is replaced after a month, the ones before it are kept while a token of theirs may live.
/// </summary>
internal sealed class SigningKeys(
    NpgsqlDataSource source,
    IDataProtectionProvider protection,
    TimeProvider clock
) : IDisposable
{
    private const int SecretLength = 32;
    private static readonly TimeSpan Term = TimeSpan.FromDays(30);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastBetweenReads = TimeSpan.FromSeconds(10);
    private readonly IDataProtector protector = protection.CreateProtector(
        "NetRoom.Accounts.SigningKeys"
    );
    private readonly SemaphoreSlim one = new(1);
    private Ring ring = new([], DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    /// <summary>The key that signs now.</summary>
    public async Task<SigningKey> CurrentAsync()
    {
        var now = clock.GetUtcNow();
        if (now - ring.ReadAt > Fresh || now - ring.NewestAt > Term)
            await ReadAsync(Fresh);
        return ring.Keys[0];
    }

    /// <summary>Null for an id that is not ours; another node's new key is looked up, but not for every stranger's guess.</summary>
    public async Task<SigningKey?> FindAsync(string id)
    {
        if (Known(id) is { } key)
            return key;
        await ReadAsync(LeastBetweenReads);
        return Known(id);
    }

    public void Dispose() => one.Dispose();

    private SigningKey? Known(string id) => ring.Keys.Find(key => key.Id == id);

    private async Task ReadAsync(TimeSpan unlessYoungerThan)
    {
        await one.WaitAsync();
        try
        {
            var now = clock.GetUtcNow();
            if (now - ring.ReadAt <= unlessYoungerThan && now - ring.NewestAt <= Term)
                return;
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // One node makes the new key, the others wait and read it.
            await using (
                var guard = new NpgsqlCommand(
                    "LOCK TABLE accounts.signing_key IN SHARE ROW EXCLUSIVE MODE",
                    connection
                )
            )
                await guard.ExecuteNonQueryAsync();
            var (keys, newestAt) = await LoadAsync(connection, now);
            if (now - newestAt > Term)
            {
                keys.Insert(0, await CreateAsync(connection, now));
                newestAt = now;
            }

            await transaction.CommitAsync();
            ring = new Ring(keys, newestAt, now);
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<(List<SigningKey> Keys, DateTimeOffset NewestAt)> LoadAsync(
        NpgsqlConnection connection,
        DateTimeOffset now
    )
    {
        var keys = new List<SigningKey>();
        var newestAt = DateTimeOffset.MinValue;
        await using var command = new NpgsqlCommand(
            "SELECT id, secret, created_at FROM accounts.signing_key WHERE created_at > $1 ORDER BY created_at DESC",
            connection
        )
        {
            Parameters = { new() { Value = now - (2 * Term) } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (keys.Count == 0)
                newestAt = reader.GetFieldValue<DateTimeOffset>(2);
            keys.Add(
                new SigningKey(
                    reader.GetString(0),
                    protector.Unprotect(reader.GetFieldValue<byte[]>(1))
                )
            );
        }

        return (keys, newestAt);
    }

    private async Task<SigningKey> CreateAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        var key = new SigningKey(
            RandomNumberGenerator.GetHexString(16, lowercase: true),
            RandomNumberGenerator.GetBytes(SecretLength)
        );
        await using var insert = new NpgsqlCommand(
            "INSERT INTO accounts.signing_key (id, secret, created_at) VALUES ($1, $2, $3)",
            connection
        )
        {
            Parameters =
            {
                new() { Value = key.Id },
                new() { Value = protector.Protect(key.Secret) },
                new() { Value = now },
            },
        };
        await insert.ExecuteNonQueryAsync();
        return key;
    }

    private sealed record Ring(
        List<SigningKey> Keys,
        DateTimeOffset NewestAt,
        DateTimeOffset ReadAt
    );
}

/// <summary>Writes and reads access tokens with the keys of this service.</summary>
internal sealed class AccessTokens(AccessTokenCodec codec, SigningKeys keys)
{
    public async Task<string> WriteAsync(Holder holder) =>
        codec.Write(holder, await keys.CurrentAsync());

    public async Task<AccessToken?> ReadAsync(string token) =>
        AccessTokenCodec.KeyIdOf(token) is { } id && await keys.FindAsync(id) is { } key
            ? codec.Read(token, named => named == key.Id ? key : null)
            : null;
}
