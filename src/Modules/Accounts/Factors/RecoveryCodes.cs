using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Factors;

/// <summary>
/// Ten codes for the day when the phone is lost. Each has 79 random bits, so a plain hash is enough at rest, and is used once.
/// </summary>
internal sealed class RecoveryCodes(NetRoomDb db, TimeProvider clock)
{
    public const int Count = 10;
    private const int Length = 16;
    private const int Group = 4;

    /// <summary>No letters that are taken for others.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>New codes in place of the old ones; they are shown once and cannot be read again.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Guid accountId, CancellationToken cancel)
    {
        await RemoveAsync(accountId, cancel);
        var now = clock.GetUtcNow();
        string[] codes =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(_ => RandomNumberGenerator.GetString(Letters, Length)),
        ];
        db.AddRange(
            codes.Select(code => new RecoveryCode
            {
                Id = Ids.New(),
                AccountId = accountId,
                Hash = Hash(code),
                CreatedAt = now,
            })
        );
        await db.SaveChangesAsync(cancel);
        return [.. codes.Select(Grouped)];
    }

    /// <summary>Uses a code; spaces, hyphens and capitals do not matter.</summary>
    public async Task<bool> TakeAsync(Guid accountId, string typed, CancellationToken cancel)
    {
        var hash = Hash(typed);
        return await db.Set<RecoveryCode>()
                .Where(row => row.AccountId == accountId && row.Hash == hash && row.UsedAt == null)
                .ExecuteUpdateAsync(
                    row => row.SetProperty(it => it.UsedAt, clock.GetUtcNow()),
                    cancel
                ) == 1;
    }

    public Task<int> RemoveAsync(Guid accountId, CancellationToken cancel) =>
        db.Set<RecoveryCode>().Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancel);

    private static byte[] Hash(string code) =>
        SHA256.HashData(
            Encoding.UTF8.GetBytes(
                string.Concat(code.Where(char.IsLetterOrDigit)).ToLowerInvariant()
            )
        );

    private static string Grouped(string code) =>
        string.Join('-', code.Chunk(Group).Select(part => new string(part)));
}
