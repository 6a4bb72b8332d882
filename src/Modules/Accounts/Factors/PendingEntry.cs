namespace NetRoom.Accounts.Factors;

/// <summary>Somebody has shown a first factor and not yet the second. Lies sealed in their browser.</summary>
/// <param name="Method">The way of the first factor.</param>
internal sealed record PendingEntry(Guid AccountId, string Method, string? ReturnUrl);
