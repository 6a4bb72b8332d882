using System.Buffers;
using System.Text.Json;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>An error in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal sealed record OpenAiError(
    int Status,
    string Message,
    string Type,
    string? Param = null,
    string? Code = null
) : ITwinError
{
    private const string BadRequest = "invalid_request_error";

    public string? RetryAfter { get; init; }

    public static OpenAiError Invalid(string message, string? param = null, string? code = null) =>
        new(400, message, BadRequest, param, code);

    public static OpenAiError BadKey { get; } =
        new(
            401,
            "Incorrect API key provided. The sandbox takes any key that begins with sandbox-.",
            BadRequest,
            null,
            "invalid_api_key"
        );

    public static OpenAiError NoModel(string model) =>
        new(
            404,
            $"The model `{model}` does not exist or you do not have access to it.",
            BadRequest,
            null,
            "model_not_found"
        );

    /// <summary>The error inside a stream that has begun.</summary>
    public static OpenAiError InStream { get; } =
        new(
            500,
            "The server had an error while processing your request. Sorry about that!",
            "server_error"
        );

    private static OpenAiError Unavailable { get; } =
        new(
            503,
            "The service is temporarily unavailable. Please try again later.",
            "server_error",
            null,
            "unavailable"
        );

    public static OpenAiError Of(UpfrontFault fault) =>
        fault switch
        {
            UpfrontFault.ServerError or UpfrontFault.ErrorUnder200 => InStream,
            UpfrontFault.Unavailable or UpfrontFault.EverySecondCall => Unavailable,
            UpfrontFault.Overloaded => new(
                503,
                "The engine is currently overloaded, please try again later.",
                "server_error",
                null,
                "overloaded"
            ),
            UpfrontFault.RateLimited => new(
                429,
                "Rate limit reached for requests. Please try again in 2s.",
                "requests",
                null,
                "rate_limit_exceeded"
            )
            {
                RetryAfter = "2",
            },
            UpfrontFault.OutOfMoney => new(
                429,
                "You exceeded your current quota, please check your plan and billing details.",
                "insufficient_quota",
                null,
                "insufficient_quota"
            ),
            UpfrontFault.BadKey => BadKey,
            UpfrontFault.HtmlPage => new(502, "Bad gateway", "server_error"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

    public void Write(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", Type);
        json.WriteString("param", Param);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public async Task WriteAsync(HttpResponse response, int? status = null)
    {
        response.StatusCode = status ?? Status;
        response.ContentType = "application/json";
        if (RetryAfter is not null)
        {
            response.Headers.RetryAfter = RetryAfter;
        }
        Write(response.BodyWriter);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
