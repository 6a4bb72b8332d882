using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace NetRoom.Kernel.Http;

/// <summary>
/// Refuses a body that says it is above the endpoint's limit, before anybody reads it: the form's token cannot be checked without its
/// form, and a person would be told that the request was not understood.
/// </summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()
            is { MaxRequestBodySize: { } most }
        && context.Request.ContentLength > most
            ? new ProblemResult(new Problem(ProblemKind.TooLarge, "kernel.too_large")).ExecuteAsync(
                context
            )
            : next(context);
}
