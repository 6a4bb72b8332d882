using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace NetRoom.Kernel.Http;

/// <summary>
/// Refuses a body that says it is above the endpoint's limit, before anybody reads it: the form's token cannot be checked without its
/// form, and a person would be told that the request was not understood.
/// </summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    /// <summary>Bytes, where an endpoint names no limit of its own: forms are small.</summary>
    public const long Usual = 256 * 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var most =
            context
                .GetEndpoint()
                ?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()
                ?.MaxRequestBodySize
            ?? Usual;
        if (context.Request.ContentLength is not { } length || length <= most)
            return next(context);
        // The server reads on for a few seconds and throws it away: with a limit it would cut the connection, and the answer be lost.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        return new ProblemResult(
            new Problem(ProblemKind.TooLarge, "kernel.too_large")
        ).ExecuteAsync(context);
    }
}
