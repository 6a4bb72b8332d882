using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using NetRoom.Api.Callers;
using NetRoom.Kernel;
using Npgsql;

namespace NetRoom.Api.Keys;

/// <summary>A key as it was read: who it lets in, and until when.</summary>
internal sealed record KnownKey(
    byte[] Hash,
    ApiCaller Caller,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt
);

/// <summary>
/// The keys that this node has seen in the last seconds, so that a call in a row needs no round trip. A key is read again after
/// <see cref="Lifetime"/>, so a revoked one stops everywhere within it; expiry needs no reading.
/// </summary>
internal sealed class KeyCache(NpgsqlDataSource source, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private const int MostEntries = 20_000;
    private readonly ConcurrentDictionary<ulong, Entry> entries = new();

    /// <summary>Null: there is no such key.</summary>
    public async ValueTask<KnownKey?> FindAsync(string secret, CancellationToken cancel)
    {
        var hash = KeySecret.Hash(secret);
        var slot = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        if (!entries.TryGetValue(slot, out var entry) || Age(entry) >= Lifetime)
            entry = Ask(slot, hash, entry);
        // One that gives up does not give up for the others: the reading is everybody's.
        var known = await entry.Key.WaitAsync(cancel);
        return known is not null && CryptographicOperations.FixedTimeEquals(known.Hash, hash)
            ? known
            : null;
    }

    public void Forget(Guid keyId)
    {
        foreach (var (slot, entry) in entries)
            if (entry.Key is { IsCompletedSuccessfully: false } || KeyOf(entry) == keyId)
                entries.TryRemove(slot, out _);
    }

    /// <summary>Drops what would be read again anyway.</summary>
    public void Sweep()
    {
        foreach (var (slot, entry) in entries)
            if (Age(entry) >= Lifetime)
                entries.TryRemove(KeyValuePair.Create(slot, entry));
    }

    private Entry Ask(ulong slot, byte[] hash, Entry? old)
    {
        var mine = new TaskCompletionSource<KnownKey?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        var entry = new Entry(mine.Task, clock.GetUtcNow());
        var won = old is null ? entries.TryAdd(slot, entry) : entries.TryUpdate(slot, entry, old);
        if (!won && entries.TryGetValue(slot, out var others))
            return others;
        _ = ReadAsync(slot, hash, entry, mine);
        return entry;
    }

    private async Task ReadAsync(
        ulong slot,
        byte[] hash,
        Entry entry,
        TaskCompletionSource<KnownKey?> result
    )
    {
        try
        {
            var known = await ReadAsync(hash);
            // What is not there is asked for again: nobody may fill our memory with inventions.
            if (known is null || entries.Count > MostEntries)
                entries.TryRemove(KeyValuePair.Create(slot, entry));
            result.SetResult(known);
        }
        catch (Exception failure)
        {
            entries.TryRemove(KeyValuePair.Create(slot, entry));
            result.SetException(failure);
        }
    }

    private async Task<KnownKey?> ReadAsync(byte[] hash)
    {
        await using var command = source.CreateCommand(
            """
            SELECT hash, id, account_id, scopes, models, day_limit_micro, month_limit_micro, expires_at, revoked_at
              FROM api.key WHERE hash = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = hash });
        await using var row = await command.ExecuteReaderAsync(CancellationToken.None);
        if (!await row.ReadAsync(CancellationToken.None))
            return null;
        return new KnownKey(
            row.GetFieldValue<byte[]>(0),
            new ApiCaller(
                row.GetGuid(2),
                row.GetGuid(1),
                (ApiScopes)row.GetInt32(3),
                row.GetFieldValue<string[]>(4).ToHashSet(StringComparer.Ordinal),
                Limit(5),
                Limit(6)
            ),
            Time(7),
            Time(8)
        );

        Money? Limit(int at) => row.IsDBNull(at) ? null : new Money(row.GetInt64(at));
        DateTimeOffset? Time(int at) =>
            row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);
    }

    private TimeSpan Age(Entry entry) => clock.GetUtcNow() - entry.ReadAt;

    private static Guid? KeyOf(Entry entry) =>
        entry.Key.IsCompletedSuccessfully ? entry.Key.GetAwaiter().GetResult()?.Caller.KeyId : null;

    private sealed record Entry(Task<KnownKey?> Key, DateTimeOffset ReadAt);
}
