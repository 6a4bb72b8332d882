namespace NetRoom.Billing.Sweeping;

/// <summary>Renews what was bought to be renewed, or ends it if it cannot be paid for.</summary>
public interface IRenewals
{
    /// <summary>Called when the term is over; again every few minutes until the entitlement is no longer active.</summary>
    Task RenewAsync(Guid entitlementId, CancellationToken cancel);
}
