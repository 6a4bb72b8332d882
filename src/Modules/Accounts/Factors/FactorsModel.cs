using Microsoft.EntityFrameworkCore;

namespace NetRoom.Accounts.Factors;

/// <summary>An app that makes one-time codes.</summary>
internal sealed class Authenticator
{
    public required Guid AccountId { get; init; }

    /// <summary>Sealed by Data Protection.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The latest step whose code was taken.</summary>
    public required long LastStep { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while it waits for its first right code: then it is no factor yet.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
}

internal sealed class RecoveryCode
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
}

internal sealed class Passkey
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required byte[] CredentialId { get; init; }

    /// <summary>COSE_Key.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>As the person calls it, 1 to 60 letters.</summary>
    public required string Name { get; init; }
    public required long SignCount { get; init; }
    public required string[] Transports { get; init; }
    public required bool IsBackupEligible { get; init; }
    public required bool IsBackedUp { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}

internal static class FactorsModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<Authenticator>(authenticator =>
        {
            authenticator.ToTable("authenticator", AccountsModel.Schema);
            authenticator.HasKey(row => row.AccountId);
            authenticator.Property(row => row.AccountId).ValueGeneratedNever();
            authenticator.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<RecoveryCode>(code =>
        {
            code.ToTable("recovery_code", AccountsModel.Schema);
            code.Property(row => row.Id).ValueGeneratedNever();
            code.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            code.HasIndex(row => new { row.AccountId, row.Hash }).IsUnique();
        });
        model.Entity<Passkey>(passkey =>
        {
            passkey.ToTable("passkey", AccountsModel.Schema);
            passkey.Property(row => row.Id).ValueGeneratedNever();
            passkey.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            passkey.HasIndex(row => row.CredentialId).IsUnique();
        });
    }
}
