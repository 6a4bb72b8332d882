using NetRoom.Kernel;

namespace NetRoom.Billing;

/// <summary>Compares what the ledger stores with what its postings say, and keeps what differs.</summary>
public interface IReconciliation
{
    /// <summary>Runs to its end and answers the run's id.</summary>
    /// <param name="full">Every wallet; else those that moved since they were last checked.</param>
    Task<Guid> RunAsync(bool full, CancellationToken cancel);

    /// <summary>Somebody has looked into it: true if it was open until now. Problem: billing.no_difference.</summary>
    Task<Outcome<bool>> CloseDifferenceAsync(long id, Guid actor, CancellationToken cancel);
}
