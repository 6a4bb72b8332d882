using Quartz;

namespace NetRoom.Billing.Reconciliation;

/// <summary>Each night: the wallets that changed.</summary>
internal sealed class ReconcileChanges(Reconcile reconcile) : IJob
{
    public const string Nightly = "0 10 2 * * ?";

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await reconcile.RunAsync(full: false, cancellationToken);
}

/// <summary>Each week: all wallets, and what belongs to none.</summary>
internal sealed class ReconcileAll(Reconcile reconcile) : IJob
{
    public const string Weekly = "0 40 3 ? * SUN";

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await reconcile.RunAsync(full: true, cancellationToken);
}
