namespace NetRoom.Billing.Ledger;

/// <summary>What billing.hold and billing.resolve are asked in batches. Each is safe to ask again: its id is its key.</summary>
internal abstract record LedgerCommand;

/// <param name="Amount">Of the asset: micro-roubles, or tokens of a pack.</param>
internal sealed record HoldCommand(HoldRequest Request, string Asset, long Amount) : LedgerCommand
{
    /// <summary>Written here, by the caller: the writer only sends.</summary>
    public string Quote { get; } = LedgerJson.Write(Request.Quote);
}

internal sealed record ResolveCommand(Guid HoldId, string? Reason) : LedgerCommand
{
    public long Taken { get; init; }
    public long Tokens { get; init; }
    public long? Uncapped { get; init; }
    public bool? Estimated { get; init; }
    public string? Lines { get; init; }
}

/// <param name="Amount">Of a hold what is available, of a resolve what was taken.</param>
/// <param name="Asset">Of a resolve, what the amount is of.</param>
internal readonly record struct LedgerAnswer(string Outcome, long Amount, string? Asset);
