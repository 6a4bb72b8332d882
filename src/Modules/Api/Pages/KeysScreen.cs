using NetRoom.Kernel;

namespace NetRoom.Api.Pages;

/// <summary>A key as its owner sees it.</summary>
/// <param name="Start">Its first characters.</param>
/// <param name="Models">Names of models; empty: all.</param>
public sealed record KeyView(
    Guid Id,
    string Name,
    string Start,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Models,
    Money? PerDay,
    Money? PerMonth,
    Money SpentToday,
    Money SpentThisMonth,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    bool HasExpired
)
{
    public bool IsLive => RevokedAt is null && !HasExpired;
}

/// <summary>A model that a key can be bound to.</summary>
public sealed record ModelChoice(string Id, string Name);

/// <param name="Secret">Of the key that was just made: this is the only time.</param>
public sealed record KeysScreen(
    IReadOnlyList<KeyView> Keys,
    IReadOnlyList<ModelChoice> Models,
    KeyForm Form,
    Problem? Problem = null,
    string? Secret = null
);
