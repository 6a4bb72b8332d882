namespace NetRoom.Billing.Sweeping;

/// <summary>A purchase is held, captured and delivered within seconds; one that is open after an hour was given up.</summary>
internal sealed class StalePurchases(TimeProvider clock) : IHoldOwner
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public HoldKind Kind => HoldKind.Purchase;

    public Task<HoldVerdict> AskAsync(
        Guid jobId,
        DateTimeOffset heldAt,
        CancellationToken cancel
    ) =>
        Task.FromResult<HoldVerdict>(
            clock.GetUtcNow() - heldAt >= Patience
                ? new HoldVerdict.Failed("abandoned")
                : new HoldVerdict.Unknown()
        );
}
