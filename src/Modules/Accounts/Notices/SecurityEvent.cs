namespace NetRoom.Accounts.Notices;

/// <summary>A <see cref="SecurityNotice"/> that was heard, kept for its owner.</summary>
internal sealed class SecurityEvent
{
    /// <summary>How long it is kept and shown.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Device { get; init; }
    public string? Ip { get; init; }
}

/// <summary>A kind of letter that somebody does not want.</summary>
internal sealed class NotificationOff
{
    public required Guid AccountId { get; init; }
    public required string Kind { get; init; }
}
