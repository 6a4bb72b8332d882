using Microsoft.AspNetCore.Http;

namespace NetRoom.Kernel.Http;

/// <summary>
/// Refuses unsafe requests that a browser says come from another site, before any token is looked at. Endpoints without cookies
/// (webhooks, the bearer API) carry <see cref="AnyOrigin"/>.
/// </summary>
internal sealed class SameOriginOnly(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (
            IsSafe(context.Request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<AnyOrigin>() is not null
        )
            return next(context);
        return IsForeign(context.Request)
            ? new ProblemResult(
                new Problem(ProblemKind.Forbidden, "kernel.other_site")
            ).ExecuteAsync(context)
            : next(context);
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site))
            return site != "same-origin" && site != "none";
        return request.Headers.Origin is [{ } origin]
            && origin != $"{request.Scheme}://{request.Host}";
    }
}

/// <summary>Marks an endpoint that takes no cookies and so may be called from anywhere.</summary>
public sealed class AnyOrigin;
