namespace NetRoom.Billing;

/// <summary>A reconciliation found a wallet that is not what its postings say. The wallet is frozen already.</summary>
/// <param name="WalletId">Null: lines that belong to no wallet.</param>
/// <param name="Invariant">Its number in docs/ledger.md.</param>
public sealed record LedgerDifference(Guid RunId, Guid? WalletId, int Invariant);

/// <summary>Nobody can say what became of a hold's job, for hours. Somebody should look.</summary>
public sealed record HoldStuck(Guid HoldId, Guid JobId);
