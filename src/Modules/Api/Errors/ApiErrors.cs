using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;

namespace NetRoom.Api.Errors;

/// <summary>Puts an error in the words of the protocol that its endpoint speaks.</summary>
internal static class ApiErrors
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole answer: status, Retry-After where there is a wait, body. Nothing may have been sent before.</summary>
    public static async Task WriteAsync(HttpContext context, ApiError error)
    {
        var protocol = ApiProtocols.Of(context);
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        RequestIds.Stamp(context);
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Whole(Math.Ceiling(wait.TotalSeconds));
            response.Headers["retry-after-ms"] = Whole(Math.Ceiling(wait.TotalMilliseconds));
        }

        var body = Body(protocol, error, context.TraceIdentifier);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>The JSON alone: also the data of an error event in a stream.</summary>
    public static ReadOnlyMemory<byte> Body(ApiProtocol protocol, ApiError error, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        if (protocol == ApiProtocol.Anthropic)
        {
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", error.AnthropicType);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
            json.WriteString("request_id", requestId);
        }
        else
        {
            json.WriteStartObject("error");
            json.WriteString("message", error.Message);
            json.WriteString("type", error.OpenAiType);
            json.WriteString("param", error.Param);
            json.WriteString("code", error.Code);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>What the pipeline around the endpoints has to say: no such address, too large, broken.</summary>
    public static ApiError OfStatus(int status, HttpRequest request) =>
        status switch
        {
            401 => ApiError.Key("This endpoint needs an API key."),
            403 => ApiError.Forbidden("The request was refused."),
            404 => ApiError.NotFound(
                $"There is nothing at {request.Method} {request.Path}. The page /api lists the endpoints.",
                "unknown_url"
            ),
            405 => new ApiError(
                405,
                "invalid_request_error",
                "invalid_request_error",
                "method_not_supported",
                $"{request.Path} does not take {request.Method}. The page /api lists the endpoints."
            ),
            413 => new ApiError(
                413,
                "invalid_request_error",
                "request_too_large",
                "request_too_large",
                "The body of the request is too large."
            ),
            415 => new ApiError(
                415,
                "invalid_request_error",
                "invalid_request_error",
                "unsupported_media_type",
                "Send Content-Type: application/json, or multipart/form-data where the endpoint takes files."
            ),
            429 => ApiError.TooMany("Too many requests.", TimeSpan.FromSeconds(1)),
            503 => ApiError.Unavailable("The service cannot answer now. Try again in a minute."),
            >= 500 => Broken,
            _ => ApiError.Invalid("The request was not understood.") with { Status = status },
        };

    /// <summary>A failure of ours.</summary>
    public static readonly ApiError Broken = new(
        500,
        "server_error",
        "api_error",
        "internal_error",
        "Something broke on our side. Nothing was charged for it; send the request again in a minute."
    );

    private static string Whole(double number) =>
        number.ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>An error as the answer of an endpoint.</summary>
internal sealed class ApiErrorResult(ApiError error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ApiErrors.WriteAsync(httpContext, error);
}
