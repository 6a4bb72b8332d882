using NetRoom.Api.Callers;

namespace NetRoom.Api.Keys;

/// <summary>A row of api.key.</summary>
internal sealed class ApiKey
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The first characters, by which a person tells their keys apart.</summary>
    public required string Start { get; init; }
    public required ApiScopes Scopes { get; init; }

    /// <summary>Ids of the catalogue; empty: all.</summary>
    public required string[] Models { get; init; }
    public long? DayLimitMicro { get; init; }
    public long? MonthLimitMicro { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}
