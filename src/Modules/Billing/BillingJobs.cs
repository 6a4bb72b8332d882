using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing.Reconciliation;
using NetRoom.Billing.Sealing;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel.Jobs;

namespace NetRoom.Billing;

/// <summary>What the ledger does by itself.</summary>
public static class BillingJobs
{
    public static IServiceCollection AddBillingJobs(this IServiceCollection services)
    {
        services.AddBillingAudit();
        services.AddHostedService<TransactionIds>();
        services.AddScheduledJob<Sweeper>(Sweeper.EveryMinute);
        services.AddScheduledJob<Sealer>(Sealer.EveryMinute);
        services.AddScheduledJob<CloseEntitlements>(CloseEntitlements.EveryFiveMinutes);
        services.AddScheduledJob<ExpireLots>(ExpireLots.Hourly);
        services.AddScheduledJob<ReconcileChanges>(ReconcileChanges.Nightly);
        services.AddScheduledJob<ReconcileAll>(ReconcileAll.Weekly);
        return services;
    }

    /// <summary>The same without the schedule. It asks for the kernel's DataFolder.</summary>
    internal static IServiceCollection AddBillingAudit(this IServiceCollection services)
    {
        services.AddSingleton<IDifferences, Differences>();
        services.AddSingleton<Reconcile>();
        services.AddSingleton<SealFile>();
        services.AddSingleton<Sealer>();
        services.AddSingleton<LedgerVerification>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<ExpireLots>();
        services.AddSingleton<CloseEntitlements>();
        services.AddSingleton<IHoldOwner, StalePurchases>();
        return services;
    }
}
