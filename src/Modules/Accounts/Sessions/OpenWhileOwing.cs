using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// What a session may open although it owes a proof: what is marked, and what is there for anybody, but for the home page, which is a
/// person's own once they are signed in.
/// </summary>
internal sealed record OpenWhileOwing(params SessionState[] States)
{
    public static readonly OpenWhileOwing Address = new(SessionState.OwesAddress);
    public static readonly OpenWhileOwing Anything = new(
        SessionState.OwesAddress,
        SessionState.OwesProof
    );

    public static bool Allows(Endpoint? endpoint, SessionState state) =>
        state is SessionState.Open or SessionState.Ended
        || endpoint is null
        || endpoint.Metadata.GetMetadata<OpenWhileOwing>()?.States.Contains(state) == true
        || (
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
            && endpoint is not RouteEndpoint { RoutePattern.RawText: "/" }
        );
}
