using Microsoft.AspNetCore.Http;
using NetRoom.Api.Errors;
using NetRoom.Kernel;

namespace NetRoom.Api.Callers;

/// <summary>Every answer under /v1 has an id, which is also the one in our log: <see cref="HttpContext.TraceIdentifier"/>.</summary>
internal static class RequestIds
{
    public static void Begin(HttpContext context)
    {
        context.TraceIdentifier = $"req_{Ids.New():n}";
        Stamp(context);
    }

    /// <summary>Again where headers were cleared for an error.</summary>
    public static void Stamp(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = context.TraceIdentifier;
        if (ApiProtocols.Of(context) == ApiProtocol.Anthropic)
            headers["request-id"] = context.TraceIdentifier;
    }
}
