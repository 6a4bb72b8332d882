using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using NetRoom.Api.Errors;
using NetRoom.Kernel.Http;

namespace NetRoom.Api.Callers;

/// <summary>What no endpoint under /v1 takes: an address that is none, or one that wants another method.</summary>
internal static class UnknownAddress
{
    public static void MapUnknownAddresses(this IEndpointRouteBuilder routes) =>
        routes
            .Map("/v1/{**path}", Handle)
            .WithMetadata(new AnyOrigin())
            .AllowAnonymous()
            .DisableAntiforgery()
            .ExcludeFromDescription();

    private static ApiErrorResult Handle(HttpContext context, EndpointDataSource endpoints)
    {
        var request = context.Request;
        string[] methods =
        [
            .. endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<KeyNeeded>() is not null)
                .Where(endpoint => IsAt(endpoint, request.Path))
                .SelectMany(endpoint =>
                    endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
                )
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (methods.Length == 0)
            return new ApiErrorResult(ApiErrors.OfStatus(404, request));
        // The endpoint was passed over for what the body is.
        if (methods.Contains(request.Method))
            return new ApiErrorResult(ApiErrors.OfStatus(415, request));
        context.Response.Headers.Allow = string.Join(", ", methods);
        return new ApiErrorResult(ApiErrors.OfStatus(405, request));
    }

    private static bool IsAt(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(path, []);
}
