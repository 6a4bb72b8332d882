using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;

namespace NetRoom.Api.Anthropic;

/// <summary>How long a prompt is likely to be, by the same count that a quote goes by. It costs nothing and reaches no provider.</summary>
internal static class CountTokens
{
    public static async Task HandleAsync(HttpContext context, ApiCaller caller, TextCalls calls)
    {
        using var body = await RequestBytes.ReadAsync(context.Request);
        try
        {
            var ask = Messages.Read(body.Memory.Span, needsLimit: false);
            calls.Request(caller, ask);
            await context.Response.WriteAsJsonAsync(
                new TokenCount(ask.Prompt.Size.Tokens),
                context.RequestAborted
            );
        }
        catch (RefusedRequestException refused)
        {
            await ApiErrors.WriteAsync(context, refused.Error);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            await ApiErrors.WriteAsync(context, CallErrors.NoJson);
        }
    }

    private sealed record TokenCount(
        [property: System.Text.Json.Serialization.JsonPropertyName("input_tokens")] long InputTokens
    );
}
