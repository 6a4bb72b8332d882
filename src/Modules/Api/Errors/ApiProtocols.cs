using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace NetRoom.Api.Errors;

internal static class ApiProtocols
{
    public const string AnthropicVersion = "anthropic-version";
    public const string AnthropicBeta = "anthropic-beta";
    private static readonly PathString Messages = "/v1/messages";

    /// <summary>
    /// Whose words this request is answered in: the endpoint's; else, for those that speak both and where there is no endpoint, what the
    /// address and the headers tell.
    /// </summary>
    public static ApiProtocol Of(HttpContext context)
    {
        // An exception takes the endpoint away; who has handled it still knows.
        if (
            (context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is
            { } endpoint
        )
            foreach (var item in endpoint.Metadata)
                if (item is ApiProtocol protocol)
                    return protocol;
        return
            context.Request.Headers.ContainsKey(AnthropicVersion)
            || context.Request.Path.StartsWithSegments(Messages, StringComparison.OrdinalIgnoreCase)
            ? ApiProtocol.Anthropic
            : ApiProtocol.OpenAi;
    }
}
