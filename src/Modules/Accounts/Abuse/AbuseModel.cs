using Microsoft.EntityFrameworkCore;

namespace NetRoom.Accounts.Abuse;

/// <summary>What accounts may have in common. The names are kept in the database.</summary>
internal static class SignalKinds
{
    public const string Mailbox = "mailbox";
    public const string Device = "device";
    public const string Network = "network";
    public const string Telegram = "telegram";
    public const string Payment = "payment";
}

/// <summary>One account showed this: a keyed hash, good for nothing but being compared.</summary>
internal sealed class AbuseSignal
{
    public required string Kind { get; init; }
    public required byte[] Hash { get; init; }
    public required Guid AccountId { get; init; }
    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class AbuseVerdict
{
    public required Guid AccountId { get; init; }
    public required int Score { get; init; }

    /// <summary>Codes of the signals, the heaviest first.</summary>
    public required string[] Reasons { get; init; }
    public required bool Withheld { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class AbuseDecision
{
    public const string Granted = "granted";
    public const string Kept = "kept";

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Decision { get; init; }
    public required string Reason { get; init; }
    public required Guid DecidedBy { get; init; }
    public required DateTimeOffset DecidedAt { get; init; }
}

internal static class AbuseModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<AbuseSignal>(signal =>
        {
            signal.ToTable("abuse_signal", AccountsModel.Schema);
            signal.HasKey(row => new
            {
                row.Kind,
                row.Hash,
                row.AccountId,
            });
            signal.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<AbuseVerdict>(verdict =>
        {
            verdict.ToTable("abuse_verdict", AccountsModel.Schema);
            verdict.HasKey(row => row.AccountId);
            verdict.Property(row => row.AccountId).ValueGeneratedNever();
            verdict.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<AbuseDecision>(decision =>
        {
            decision.ToTable("abuse_decision", AccountsModel.Schema);
            decision.Property(row => row.Id).ValueGeneratedNever();
            decision.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
    }
}
