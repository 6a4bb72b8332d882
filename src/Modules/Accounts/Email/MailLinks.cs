using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Email;

/// <summary>What a link from a letter does.</summary>
internal static class LinkPurposes
{
    /// <summary>A new password. Using it also proves the address.</summary>
    public const string Reset = "reset";

    public const string Prove = "prove";

    /// <summary>The address becomes that of the account.</summary>
    public const string Change = "change";

    /// <summary>
    /// "It was not me", sent to the proven address that is about to be left: a reset that also keeps or takes back that address.
    /// </summary>
    public const string Undo = "undo";
}

internal sealed class MailLink
{
    public required byte[] Hash { get; init; }
    public required Guid AccountId { get; init; }
    public required string Purpose { get; init; }

    /// <summary>Where the letter went.</summary>
    public required string Address { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public bool SetsPassword => Purpose is LinkPurposes.Reset or LinkPurposes.Undo;
}

/// <summary>
/// Links of one use and one hour. The secret is 256 random bits, travels in the fragment of an address and in forms only, and is stored
/// as its SHA-256. Of each purpose only the newest lives. "It was not me" lives for three days and beside others, so that who took an
/// account over cannot bury it under more changes.
/// </summary>
internal sealed class MailLinks(NetRoomDb db, TimeProvider clock)
{
    private const int Length = 32;
    private const int LongestPasted = 500;
    private static readonly TimeSpan Term = TimeSpan.FromHours(1);
    private static readonly TimeSpan UndoTerm = TimeSpan.FromDays(3);

    /// <summary>Adds a link to the context and answers its secret; the caller saves.</summary>
    public async Task<string> IssueAsync(
        Guid accountId,
        string purpose,
        string address,
        CancellationToken cancel
    )
    {
        if (purpose != LinkPurposes.Undo)
            await Of(accountId).Where(link => link.Purpose == purpose).ExecuteDeleteAsync(cancel);
        var secret = RandomNumberGenerator.GetBytes(Length);
        var now = clock.GetUtcNow();
        db.Add(
            new MailLink
            {
                Hash = SHA256.HashData(secret),
                AccountId = accountId,
                Purpose = purpose,
                Address = address,
                CreatedAt = now,
                ExpiresAt = now + (purpose == LinkPurposes.Undo ? UndoTerm : Term),
            }
        );
        return Base64Url.EncodeToString(secret);
    }

    /// <summary>The link that this secret opens now; it is not used by that.</summary>
    /// <param name="code">The secret, or the whole address that it ends.</param>
    public async Task<MailLink?> FindAsync(string? code, CancellationToken cancel) =>
        HashOf(code) is { } hash
            ? await db.Set<MailLink>()
                .SingleOrDefaultAsync(
                    link => link.Hash == hash && link.ExpiresAt > clock.GetUtcNow(),
                    cancel
                )
            : null;

    /// <summary>Uses the link up. False: somebody was quicker.</summary>
    public async Task<bool> TakeAsync(MailLink link, CancellationToken cancel) =>
        await db.Set<MailLink>().Where(row => row.Hash == link.Hash).ExecuteDeleteAsync(cancel)
        == 1;

    /// <summary>Ends what waits after a change of address or password. "It was not me" outlives all but an older one of its kind.</summary>
    public Task EndPendingAsync(MailLink used, CancellationToken cancel) =>
        Of(used.AccountId)
            .Where(link =>
                link.Purpose != LinkPurposes.Undo
                || (used.Purpose == LinkPurposes.Undo && link.CreatedAt >= used.CreatedAt)
            )
            .ExecuteDeleteAsync(cancel);

    public Task EndPendingAsync(Guid accountId, CancellationToken cancel) =>
        Of(accountId).Where(link => link.Purpose != LinkPurposes.Undo).ExecuteDeleteAsync(cancel);

    private IQueryable<MailLink> Of(Guid accountId) =>
        db.Set<MailLink>().Where(link => link.AccountId == accountId);

    private static byte[]? HashOf(string? code)
    {
        if (code is not { Length: < LongestPasted })
            return null;
        var secret = code[(code.LastIndexOf('#') + 1)..].Trim();
        return Base64Url.IsValid(secret, out var length) && length == Length
            ? SHA256.HashData(Base64Url.DecodeFromChars(secret))
            : null;
    }
}
