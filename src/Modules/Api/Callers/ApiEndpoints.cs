using Microsoft.AspNetCore.Builder;
using NetRoom.Api.Errors;
using NetRoom.Kernel.Http;

namespace NetRoom.Api.Callers;

/// <summary>Metadata: the endpoint is for the holder of a key that has these scopes.</summary>
internal sealed record KeyNeeded(ApiScopes Scopes);

/// <summary>How endpoints under /v1 are declared.</summary>
internal static class ApiEndpoints
{
    /// <summary>A key instead of cookies: no session, no form token, callable from anywhere.</summary>
    public static TBuilder ForKeys<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints
            .WithMetadata(new AnyOrigin(), new KeyNeeded(ApiScopes.None))
            .AllowAnonymous()
            .DisableAntiforgery();

    /// <summary>The key must have these scopes; without this any live key will do.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoints, ApiScopes scopes)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new KeyNeeded(scopes));

    /// <summary>Errors are said in these words.</summary>
    public static TBuilder Speaks<TBuilder>(this TBuilder endpoints, ApiProtocol protocol)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(protocol);
}
