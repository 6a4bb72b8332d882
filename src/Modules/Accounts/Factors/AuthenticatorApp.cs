using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Factors;

/// <summary>The app of an account that makes one-time codes. Its secret is sealed at rest; it counts after its first right code.</summary>
internal sealed class AuthenticatorApp(
    NetRoomDb db,
    IDataProtectionProvider protection,
    TimeProvider clock
)
{
    private readonly IDataProtector protector = protection.CreateProtector(
        "NetRoom.Accounts.Authenticator"
    );

    /// <summary>A new secret that waits for its first code, in place of another that waits. A confirmed one stays as it is.</summary>
    public async Task BeginAsync(Guid accountId, CancellationToken cancel)
    {
        var secret = protector.Protect(RandomNumberGenerator.GetBytes(Totp.SecretLength));
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO accounts.authenticator AS a (account_id, secret, last_step, created_at)
            VALUES ({accountId}, {secret}, 0, {clock.GetUtcNow()})
            ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
            WHERE a.confirmed_at IS NULL
            """,
            cancel
        );
    }

    /// <summary>The secret that waits for its first code; null if none does.</summary>
    public async Task<byte[]?> WaitingAsync(Guid accountId, CancellationToken cancel) =>
        await db.Set<Authenticator>()
            .Where(row => row.AccountId == accountId && row.ConfirmedAt == null)
            .Select(row => row.Secret)
            .SingleOrDefaultAsync(cancel)
            is { } secret
            ? protector.Unprotect(secret)
            : null;

    /// <summary>The first right code makes it a factor.</summary>
    public async Task<bool> ConfirmAsync(Guid accountId, string code, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (
            await WaitingAsync(accountId, cancel) is not { } secret
            || Totp.Match(secret, code, now) is not { } step
        )
            return false;
        return await db.Set<Authenticator>()
                .Where(row => row.AccountId == accountId && row.ConfirmedAt == null)
                .ExecuteUpdateAsync(
                    row =>
                        row.SetProperty(it => it.ConfirmedAt, now)
                            .SetProperty(it => it.LastStep, step),
                    cancel
                ) == 1;
    }

    /// <summary>Takes a code once: of any number of requests with the same code, one is told yes.</summary>
    public async Task<bool> TakeAsync(Guid accountId, string code, CancellationToken cancel)
    {
        var secret = await db.Set<Authenticator>()
            .Where(row => row.AccountId == accountId && row.ConfirmedAt != null)
            .Select(row => row.Secret)
            .SingleOrDefaultAsync(cancel);
        if (
            secret is null
            || Totp.Match(protector.Unprotect(secret), code, clock.GetUtcNow()) is not { } step
        )
            return false;
        return await db.Set<Authenticator>()
                .Where(row =>
                    row.AccountId == accountId && row.ConfirmedAt != null && row.LastStep < step
                )
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.LastStep, step), cancel) == 1;
    }

    public async Task<bool> RemoveAsync(Guid accountId, CancellationToken cancel) =>
        await db.Set<Authenticator>()
            .Where(row => row.AccountId == accountId)
            .ExecuteDeleteAsync(cancel) == 1;
}
