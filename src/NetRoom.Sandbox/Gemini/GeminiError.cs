using System.Buffers;
using System.Text.Json;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Gemini;

/// <summary>An error in Google's shape: <c>{"error":{"code","message","status","details"}}</c>. The wait is in the details.</summary>
internal sealed record GeminiError(int Code, string Status, string Message) : ITwinError
{
    private const string BadRequest = "INVALID_ARGUMENT";

    /// <summary>Of an <c>ErrorInfo</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a <c>RetryInfo</c>, such as <c>2s</c>.</summary>
    public string? RetryDelay { get; init; }

    int ITwinError.Status => Code;

    public static GeminiError Invalid(string message) => new(400, BadRequest, message);

    public static GeminiError BadKey { get; } =
        new(
            400,
            BadRequest,
            "API key not valid. The sandbox takes any key that begins with sandbox-."
        )
        {
            Reason = "API_KEY_INVALID",
        };

    public static GeminiError NoModel(string model) =>
        new(
            404,
            "NOT_FOUND",
            $"models/{model} is not found for API version v1beta, or is not supported for generateContent."
        );

    public static GeminiError Internal { get; } =
        new(500, "INTERNAL", "An internal error has occurred. Please retry.");

    public static GeminiError Of(UpfrontFault fault) =>
        fault switch
        {
            UpfrontFault.ServerError or UpfrontFault.ErrorUnder200 => Internal,
            UpfrontFault.Unavailable or UpfrontFault.Overloaded or UpfrontFault.EverySecondCall =>
                new(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
            UpfrontFault.RateLimited => new(429, "RESOURCE_EXHAUSTED", "Quota exceeded.")
            {
                RetryDelay = "2s",
            },
            UpfrontFault.OutOfMoney => new(
                400,
                "FAILED_PRECONDITION",
                "Your project has no active billing account."
            )
            {
                Reason = "BILLING_DISABLED",
            },
            UpfrontFault.BadKey => BadKey,
            UpfrontFault.HtmlPage => new(502, "UNAVAILABLE", "Bad gateway"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

    public void Write(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", Code);
        json.WriteString("message", Message);
        json.WriteString("status", Status);
        if ((Reason ?? RetryDelay) is not null)
        {
            json.WriteStartArray("details");
            Detail(json, "ErrorInfo", "reason", Reason);
            Detail(json, "RetryInfo", "retryDelay", RetryDelay);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public async Task WriteAsync(HttpResponse response, int? status = null)
    {
        response.StatusCode = status ?? Code;
        response.ContentType = "application/json; charset=UTF-8";
        // Before the first byte of a stream, the error comes as the one item of a list.
        var listed = response.HttpContext.Request.Query.ContainsKey("alt");
        response.BodyWriter.Raw(listed ? "["u8 : default);
        Write(response.BodyWriter);
        response.BodyWriter.Raw(listed ? "]"u8 : default);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private static void Detail(Utf8JsonWriter json, string type, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc." + type);
            json.WriteString(name, value);
            json.WriteEndObject();
        }
    }
}
