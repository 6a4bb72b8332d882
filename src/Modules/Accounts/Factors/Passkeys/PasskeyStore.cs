using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Factors.Passkeys;

/// <summary>An account as ASP.NET Core Identity's passkey handler sees it.</summary>
internal sealed record PasskeyHolder(Guid AccountId)
{
    /// <summary>The user handle that authenticators keep.</summary>
    public string Handle => AccountId.ToString();
}

/// <summary>
/// The little of Identity's stores that its passkey handler reads. It writes nothing: what becomes of a verified credential is
/// <see cref="PasskeyCeremony"/>'s business. See docs/decisions/0015.
/// </summary>
internal sealed class PasskeyStore(NetRoomDb db) : IUserPasskeyStore<PasskeyHolder>
{
    public async Task<PasskeyHolder?> FindByIdAsync(
        string userId,
        CancellationToken cancellationToken
    ) =>
        Guid.TryParse(userId, CultureInfo.InvariantCulture, out var id)
        && await db.Set<Account>().AnyAsync(row => row.Id == id, cancellationToken)
            ? new PasskeyHolder(id)
            : null;

    public Task<string> GetUserIdAsync(PasskeyHolder user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Handle);

    public async Task<PasskeyHolder?> FindByPasskeyIdAsync(
        byte[] credentialId,
        CancellationToken cancellationToken
    ) =>
        await db.Set<Passkey>()
            .Where(row => row.CredentialId == credentialId)
            .Select(row => new PasskeyHolder(row.AccountId))
            .SingleOrDefaultAsync(cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        PasskeyHolder user,
        byte[] credentialId,
        CancellationToken cancellationToken
    ) =>
        await db.Set<Passkey>()
            .AsNoTracking()
            .SingleOrDefaultAsync(
                row => row.AccountId == user.AccountId && row.CredentialId == credentialId,
                cancellationToken
            )
            is { } passkey
            ? ToInfo(passkey)
            : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(
        PasskeyHolder user,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await db.Set<Passkey>()
                    .AsNoTracking()
                    .Where(row => row.AccountId == user.AccountId)
                    .ToListAsync(cancellationToken)
            ).Select(ToInfo),
        ];

    public void Dispose() { }

    /// <summary>What was attested is not kept: it was looked at when the passkey was made.</summary>
    private static UserPasskeyInfo ToInfo(Passkey passkey) =>
        new(
            passkey.CredentialId,
            passkey.PublicKey,
            passkey.CreatedAt,
            (uint)passkey.SignCount,
            passkey.Transports,
            isUserVerified: true,
            passkey.IsBackupEligible,
            passkey.IsBackedUp,
            attestationObject: [],
            clientDataJson: []
        )
        {
            Name = passkey.Name,
        };

    Task<string?> IUserStore<PasskeyHolder>.GetUserNameAsync(
        PasskeyHolder user,
        CancellationToken cancel
    ) => throw Unused();

    Task IUserStore<PasskeyHolder>.SetUserNameAsync(
        PasskeyHolder user,
        string? name,
        CancellationToken cancel
    ) => throw Unused();

    Task<string?> IUserStore<PasskeyHolder>.GetNormalizedUserNameAsync(
        PasskeyHolder user,
        CancellationToken cancel
    ) => throw Unused();

    Task IUserStore<PasskeyHolder>.SetNormalizedUserNameAsync(
        PasskeyHolder user,
        string? name,
        CancellationToken cancel
    ) => throw Unused();

    Task<IdentityResult> IUserStore<PasskeyHolder>.CreateAsync(
        PasskeyHolder user,
        CancellationToken cancel
    ) => throw Unused();

    Task<IdentityResult> IUserStore<PasskeyHolder>.UpdateAsync(
        PasskeyHolder user,
        CancellationToken cancel
    ) => throw Unused();

    Task<IdentityResult> IUserStore<PasskeyHolder>.DeleteAsync(
        PasskeyHolder user,
        CancellationToken cancel
    ) => throw Unused();

    Task<PasskeyHolder?> IUserStore<PasskeyHolder>.FindByNameAsync(
        string name,
        CancellationToken cancel
    ) => throw Unused();

    Task IUserPasskeyStore<PasskeyHolder>.AddOrUpdatePasskeyAsync(
        PasskeyHolder user,
        UserPasskeyInfo passkey,
        CancellationToken cancel
    ) => throw Unused();

    Task IUserPasskeyStore<PasskeyHolder>.RemovePasskeyAsync(
        PasskeyHolder user,
        byte[] credentialId,
        CancellationToken cancel
    ) => throw Unused();

    private static NotSupportedException Unused() => new("The passkey handler only reads.");
}
