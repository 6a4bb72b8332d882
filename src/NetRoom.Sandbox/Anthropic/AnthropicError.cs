using System.Buffers;
using System.Text.Json;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>An error in Anthropic's shape: <c>{"type":"error","error":{"type","message"},"request_id"}</c>.</summary>
internal sealed record AnthropicError(int Status, string Type, string Message) : ITwinError
{
    public string? RetryAfter { get; init; }

    public static AnthropicError Invalid(string message) =>
        new(400, "invalid_request_error", message);

    public static AnthropicError BadKey { get; } =
        new(
            401,
            "authentication_error",
            "invalid x-api-key: the sandbox takes any key that begins with sandbox-"
        );

    public static AnthropicError NoModel(string model) =>
        new(404, "not_found_error", "model: " + model);

    public static AnthropicError Overloaded { get; } = new(529, "overloaded_error", "Overloaded");

    private static AnthropicError Internal { get; } =
        new(500, "api_error", "Internal server error");

    public static AnthropicError Of(UpfrontFault fault) =>
        fault switch
        {
            UpfrontFault.ServerError or UpfrontFault.ErrorUnder200 => Internal,
            UpfrontFault.Unavailable or UpfrontFault.EverySecondCall => new(
                503,
                "api_error",
                "Service unavailable"
            ),
            UpfrontFault.Overloaded => Overloaded,
            UpfrontFault.RateLimited => new(
                429,
                "rate_limit_error",
                "This request would exceed your organization's rate limit."
            )
            {
                RetryAfter = "2",
            },
            UpfrontFault.OutOfMoney => new(
                402,
                "billing_error",
                "Your credit balance is too low to access the Anthropic API."
            ),
            UpfrontFault.BadKey => BadKey,
            UpfrontFault.HtmlPage => new(502, "api_error", "Bad gateway"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

    public void Write(IBufferWriter<byte> buffer, string? requestId)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", Type);
        json.WriteString("message", Message);
        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id", requestId);
        }
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
        if (response.StatusCode is 400 or 401)
        {
            response.Headers["x-should-retry"] = "false";
        }
        Write(response.BodyWriter, response.Headers["request-id"].ToString());
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
