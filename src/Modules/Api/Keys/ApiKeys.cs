using Microsoft.EntityFrameworkCore;
using NetRoom.Api.Callers;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Api.Keys;

/// <summary>What a new key is to be.</summary>
/// <param name="Name">1 to 80 characters, the owner's own.</param>
/// <param name="Models">Ids of the catalogue; empty: all.</param>
/// <param name="PerDay">The most it may spend in a day of UTC; null: as much as there is.</param>
/// <param name="PerMonth">The same of a calendar month of UTC.</param>
internal sealed record NewApiKey(
    string Name,
    ApiScopes Scopes,
    IReadOnlyList<string> Models,
    Money? PerDay = null,
    Money? PerMonth = null,
    DateTimeOffset? ExpiresAt = null
)
{
    /// <summary>Made by the caller: the same id is the same key, made once.</summary>
    public Guid Id { get; init; } = Ids.New();
}

/// <param name="Secret">Shown once; nobody can show it again.</param>
internal sealed record CreatedApiKey(Guid Id, string Secret);

/// <summary>The keys of one account. Another's are not there.</summary>
internal sealed class ApiKeys(NetRoomDb db, KeyCache cache, TimeProvider clock)
{
    /// <summary>More keys than a person can look through are a mistake or an attack.</summary>
    public const int MostKeys = 100;

    /// <summary>The code of a creation that was done before, perhaps a moment ago.</summary>
    public const string MadeBefore = "api.key_made";

    /// <summary>Problems: api.too_many_keys (409; args: the most), api.key_made (409), api.key_invalid (422).</summary>
    public async Task<Outcome<CreatedApiKey>> CreateAsync(
        Guid accountId,
        NewApiKey wanted,
        CancellationToken cancel
    )
    {
        var name = wanted.Name.Trim();
        if (name.Length is 0 or > 80 || wanted.Scopes is ApiScopes.None)
            return new Problem(ProblemKind.Invalid, "api.key_invalid");
        var live = await db.Set<ApiKey>()
            .CountAsync(key => key.AccountId == accountId && key.RevokedAt == null, cancel);
        if (live >= MostKeys)
            return new Problem(ProblemKind.Conflict, "api.too_many_keys", MostKeys);

        var secret = KeySecret.Create();
        var key = new ApiKey
        {
            Id = wanted.Id,
            AccountId = accountId,
            Name = name,
            Hash = KeySecret.Hash(secret),
            Start = KeySecret.Start(secret),
            Scopes = wanted.Scopes,
            Models = [.. wanted.Models],
            DayLimitMicro = wanted.PerDay?.Micro,
            MonthLimitMicro = wanted.PerMonth?.Micro,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = wanted.ExpiresAt,
        };
        db.Add(key);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException twice)
            when (twice.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            return new Problem(ProblemKind.Conflict, MadeBefore);
        }

        return new CreatedApiKey(key.Id, secret);
    }

    /// <summary>
    /// Final. This node refuses the key at once, others within <see cref="KeyCache.Lifetime"/>; what is running goes on to its end.
    /// False: there is no such key, or it had been revoked.
    /// </summary>
    public async Task<bool> RevokeAsync(Guid accountId, Guid keyId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var revoked = await db.Set<ApiKey>()
            .Where(key => key.Id == keyId && key.AccountId == accountId && key.RevokedAt == null)
            .ExecuteUpdateAsync(key => key.SetProperty(it => it.RevokedAt, now), cancel);
        cache.Forget(keyId);
        return revoked == 1;
    }

    /// <summary>Those that can be used first, the newest first.</summary>
    public Task<List<ApiKey>> ListAsync(Guid accountId, CancellationToken cancel) =>
        db.Set<ApiKey>()
            .Where(key => key.AccountId == accountId)
            .OrderBy(key => key.RevokedAt != null)
            .ThenByDescending(key => key.CreatedAt)
            .Take(2 * MostKeys)
            .ToListAsync(cancel);
}
