using System.Net;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Email;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.People;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts;

internal sealed class Account
{
    public required Guid Id { get; init; }

    /// <summary>A name to sign in with; null where the person has no password and no provider told one.</summary>
    public required string? Email { get; init; }

    /// <summary>When it was shown that the person reads this address. Null proves nothing about them.</summary>
    public DateTimeOffset? EmailProvenAt { get; init; }

    /// <summary>What the person wants to be called, at most 80 letters; empty if not told.</summary>
    public string Name { get; init; } = "";
    public required string Language { get; init; }
    public required string Role { get; init; }
    public required string Age { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>What pages call the person.</summary>
    public string Label => Name.Length > 0 ? Name : Email ?? "";
}

/// <summary>What <see cref="Account.Role"/> may be.</summary>
internal static class Roles
{
    public const string Owner = "owner";
    public const string Finance = "finance";
    public const string Support = "support";
    public const string Moderator = "moderator";
    public const string Analyst = "analyst";
    public const string Person = "person";

    public static IReadOnlyList<string> All { get; } =
    [Person, Owner, Finance, Support, Moderator, Analyst];
}

/// <summary>What <see cref="Account.Age"/> may be.</summary>
internal static class Ages
{
    public const string Adult = "adult";
    public const string Guardian = "guardian";
}

/// <summary>A way to sign in, unique by provider and the provider's own id of the person.</summary>
internal sealed class Identity
{
    public const string ByEmail = "email";

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Provider { get; init; }
    public required string Subject { get; init; }
    public string? PasswordHash { get; init; }

    /// <summary>What the provider calls the person, for showing only.</summary>
    public string Label { get; init; } = "";
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}

internal sealed class Session
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Device { get; init; }
    public required string Os { get; init; }
    public required string Browser { get; init; }
    public required IPAddress? Ip { get; init; }
    public required string UserAgent { get; init; }

    /// <summary>The provider of the identity that opened it.</summary>
    public required string Method { get; init; }

    /// <summary>Whether a second factor was shown.</summary>
    public required bool SecondFactor { get; init; }

    /// <summary>When the person last showed who they are.</summary>
    public required DateTimeOffset ProvenAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndReason { get; init; }

    /// <summary>Since when it owes a proof of who is there.</summary>
    public DateTimeOffset? SuspectAt { get; init; }
}

internal sealed class RefreshToken
{
    public required Guid Id { get; init; }
    public required Guid SessionId { get; init; }
    public Guid? ParentId { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
    public Guid? ReplacedBy { get; init; }
    public byte[]? SealedSuccessor { get; init; }
}

internal sealed class Attribution
{
    public required Guid AccountId { get; init; }
    public string? LandingPage { get; init; }
    public string? Referrer { get; init; }
    public string? UtmSource { get; init; }
    public string? UtmMedium { get; init; }
    public string? UtmCampaign { get; init; }
    public string? UtmTerm { get; init; }
    public string? UtmContent { get; init; }
    public required string Platform { get; init; }
    public required string Device { get; init; }
    public required string Os { get; init; }
    public required string Browser { get; init; }
    public required IPAddress? Ip { get; init; }
    public required string UserAgent { get; init; }

    /// <summary>Of the registration, as all above but the origin.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null with all that follows where the visit was not remembered.</summary>
    public DateTimeOffset? FirstVisitAt { get; init; }
    public string? FirstPlatform { get; init; }
    public string? FirstDevice { get; init; }
    public string? FirstOs { get; init; }
    public string? FirstBrowser { get; init; }
    public IPAddress? FirstIp { get; init; }
    public string? FirstUserAgent { get; init; }
}

internal sealed class AccountsModel : IModelPart
{
    public const string Schema = "accounts";

    public void Build(ModelBuilder model)
    {
        model.Entity<Account>(account =>
        {
            account.ToTable("account", Schema);
            account.Property(row => row.Id).ValueGeneratedNever();
            account.Ignore(row => row.Label);
        });
        model.Entity<Identity>(identity =>
        {
            identity.ToTable("identity", Schema);
            identity.Property(row => row.Id).ValueGeneratedNever();
            identity.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            identity.HasIndex(row => new { row.Provider, row.Subject }).IsUnique();
            identity.HasIndex(row => new { row.AccountId, row.Provider }).IsUnique();
        });
        model.Entity<Session>(session =>
        {
            session.ToTable("session", Schema);
            session.Property(row => row.Id).ValueGeneratedNever();
            session.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<RefreshToken>(token =>
        {
            token.ToTable("refresh_token", Schema);
            token.Property(row => row.Id).ValueGeneratedNever();
            token.HasOne<Session>().WithMany().HasForeignKey(row => row.SessionId);
            token.HasIndex(row => row.Hash).IsUnique();
        });
        model.Entity<Consent>(consent =>
        {
            consent.ToTable("consent", Schema);
            consent.Property(row => row.Id).ValueGeneratedNever();
            consent.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<Attribution>(attribution =>
        {
            attribution.ToTable("attribution", Schema);
            attribution.HasKey(row => row.AccountId);
            attribution.Property(row => row.AccountId).ValueGeneratedNever();
            attribution.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<MailLink>(link =>
        {
            link.ToTable("mail_link", Schema);
            link.HasKey(row => row.Hash);
            link.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<SecurityEvent>(happened =>
        {
            happened.ToTable("security_event", Schema);
            happened.Property(row => row.Id).ValueGeneratedNever();
            happened.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        model.Entity<NotificationOff>(off =>
        {
            off.ToTable("notification_off", Schema);
            off.HasKey(row => new { row.AccountId, row.Kind });
            off.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
        FactorsModel.Build(model);
        OperatorAct.Build(model);
        DocumentLetter.Build(model);
        AbuseModel.Build(model);
    }
}
