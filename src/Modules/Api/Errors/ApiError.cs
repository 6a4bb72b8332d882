namespace NetRoom.Api.Errors;

/// <summary>Whose words an endpoint speaks, as metadata of the endpoint.</summary>
internal enum ApiProtocol
{
    OpenAi,
    Anthropic,
}

/// <summary>An answer that is an error, before it is put in the words of a protocol.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="OpenAiType">OpenAI's error type ("invalid_request_error").</param>
/// <param name="AnthropicType">Anthropic's error type ("rate_limit_error").</param>
/// <param name="Code">OpenAI's code, or ours ("balance_short").</param>
/// <param name="Message">A sentence in English that says what to do.</param>
/// <param name="Param">The member of the request that is wrong.</param>
internal sealed record ApiError(
    int Status,
    string OpenAiType,
    string AnthropicType,
    string? Code,
    string Message,
    string? Param = null
)
{
    public TimeSpan? RetryAfter { get; init; }

    public static ApiError Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", "invalid_request_error", code, message, param);

    public static ApiError Key(string message, string code = "invalid_api_key") =>
        new(401, "invalid_request_error", "authentication_error", code, message);

    public static ApiError Forbidden(string message, string code = "permission_denied") =>
        new(403, "permission_error", "permission_error", code, message);

    public static ApiError NotFound(string message, string code = "model_not_found") =>
        new(404, "invalid_request_error", "not_found_error", code, message);

    public static ApiError PaymentNeeded(string message, string code = "balance_short") =>
        new(402, "billing_error", "billing_error", code, message);

    public static ApiError Conflict(string message, string code) =>
        new(409, "invalid_request_error", "invalid_request_error", code, message);

    public static ApiError TooMany(string message, TimeSpan wait) =>
        new(429, "rate_limit_error", "rate_limit_error", "rate_limit_exceeded", message)
        {
            RetryAfter = wait,
        };

    public static ApiError Unavailable(string message, string code = "provider_unavailable") =>
        new(503, "server_error", "overloaded_error", code, message);
}
