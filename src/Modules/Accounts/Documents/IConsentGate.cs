using Microsoft.AspNetCore.Builder;

namespace NetRoom.Accounts;

/// <summary>Whether an account may go on under the documents that are in effect, for ways in that have no page to ask on.</summary>
public interface IConsentGate
{
    /// <summary>
    /// False since a newer version of a document took effect that this person has not accepted, or since they withdrew a consent that
    /// the account needs. True for somebody who never accepted anything: pages ask them before they can get a key.
    /// </summary>
    ValueTask<bool> IsOpenAsync(Guid accountId, CancellationToken cancel);
}

/// <summary>A page that stays open to those who declined the documents: what they need to take their things and leave.</summary>
/// <param name="Text">In the reader's language.</param>
public sealed record LeavingLink(int Order, string Address, Func<IServiceProvider, string> Text);

public static class WithoutConsent
{
    /// <summary>The endpoint serves also those who have not accepted the documents in effect.</summary>
    public static TBuilder OpenWithoutConsent<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Open());

    internal sealed class Open;
}
