namespace NetRoom.Billing.Sweeping;

/// <summary>What a hold reserves money for.</summary>
public enum HoldKind
{
    Run = 1,
    Refund = 2,
    Purchase = 3,
}

/// <summary>What became of the job that a hold pays for.</summary>
public abstract record HoldVerdict
{
    private HoldVerdict() { }

    /// <summary>It is done and was delivered: the hold is captured.</summary>
    public sealed record Succeeded(Charge Charge) : HoldVerdict;

    /// <summary>It came to nothing and never will come to anything: the hold is released.</summary>
    /// <param name="Reason">A code for the ledger.</param>
    public sealed record Failed(string Reason) : HoldVerdict;

    /// <summary>It may still come to something. Silence is no verdict.</summary>
    public sealed record Unknown : HoldVerdict;
}

/// <summary>Whoever makes holds of a kind knows what became of them. The sweeper asks when a hold is open for too long.</summary>
public interface IHoldOwner
{
    HoldKind Kind { get; }

    /// <param name="jobId">Of the hold.</param>
    /// <param name="heldAt">When the hold was made.</param>
    Task<HoldVerdict> AskAsync(Guid jobId, DateTimeOffset heldAt, CancellationToken cancel);
}
