using System.Text;

namespace NetRoom.Providers.Errors;

/// <summary>Sorts what providers say into <see cref="ProviderErrorKind"/>: by code and type first, then by status.</summary>
internal static class ProviderErrors
{
    private const int MessageLength = 300;

    private static readonly (ProviderErrorKind Kind, string[] Names)[] ByName =
    [
        (
            ProviderErrorKind.Quota,
            [
                "insufficient_quota",
                "billing_error",
                "billing_not_active",
                "billing_hard_limit_reached",
                "payment_required",
                "insufficient_balance",
                "billing_disabled",
                "quota_exceeded",
            ]
        ),
        (
            ProviderErrorKind.TooLong,
            [
                "context_length_exceeded",
                "model_context_window_exceeded",
                "exceed_context_size_error",
                "request_too_large",
                "payload_too_large",
                "string_too_long",
                "string_above_max_length",
                "token_limit_exceeded",
                "max_tokens_exceeded",
                "max_character_limit_exceeded",
            ]
        ),
        (
            ProviderErrorKind.Refused,
            [
                "content_policy_violation",
                "content_filter",
                "content_moderation",
                "moderation_blocked",
                "refusal",
                "safety",
                "responsibleaipolicyviolation",
            ]
        ),
        (
            ProviderErrorKind.Key,
            [
                "invalid_api_key",
                "api_key_invalid",
                "authentication_error",
                "authentication",
                "permission_error",
                "permission_denied",
                "unauthenticated",
                // Google: no billing account, or not in this country.
                "failed_precondition",
            ]
        ),
        (
            ProviderErrorKind.RateLimited,
            ["rate_limit_exceeded", "rate_limit_error", "resource_exhausted", "too_many_requests"]
        ),
        (
            ProviderErrorKind.NotFound,
            ["model_not_found", "not_found_error", "not_found", "model_decommissioned"]
        ),
        (
            ProviderErrorKind.Overloaded,
            [
                "overloaded_error",
                "api_error",
                "server_error",
                "internal_server_error",
                "timeout_error",
                "provider_overloaded",
                "provider_unavailable",
                "unavailable_error",
                "unavailable",
                "internal",
                "deadline_exceeded",
                "insufficient_system_resource",
            ]
        ),
    ];

    // Some say the true reason only in words, under a general type and status 400.
    private static readonly (ProviderErrorKind Kind, string[] Words)[] ByWords =
    [
        (
            ProviderErrorKind.Quota,
            [
                "credit balance",
                "spend limit",
                "spending limit",
                "insufficient balance",
                "not have enough credits",
            ]
        ),
        (
            ProviderErrorKind.TooLong,
            [
                "prompt is too long",
                "context length",
                "context window",
                "context size",
                "too many tokens",
            ]
        ),
        (ProviderErrorKind.Key, ["incorrect api key", "invalid api key", "api key not valid"]),
        (ProviderErrorKind.Refused, ["usage policy", "content policy", "safety system"]),
    ];

    public static ProviderException From(
        string provider,
        ErrorBody error,
        Redaction redaction,
        int? status = null,
        TimeSpan? retryAfter = null,
        bool? shouldRetry = null
    )
    {
        var said = error.Message is { Length: > 0 } message
            ? Clip(redaction.Apply(message), ErrorBody.DetailBytes)
            : null;
        var line = new StringBuilder(provider).Append(" failed");
        foreach (
            var part in new[] { $"{status ?? error.Status}", error.Type ?? "", error.Code ?? "" }
        )
        {
            if (part.Length > 0)
                line.Append(' ').Append(Clip(redaction.Apply(part), 80));
        }
        if (said is not null)
            line.Append(": ").Append(Clip(said, MessageLength));
        return new ProviderException(Sort(status, error), line.ToString())
        {
            HttpStatus = status ?? error.Status,
            RetryAfter = retryAfter ?? error.RetryAfter,
            ShouldRetry = shouldRetry,
            Detail = said,
        };
    }

    public static ProviderErrorKind Sort(int? status, ErrorBody error)
    {
        foreach (var (kind, names) in ByName)
        {
            if (Is(error.Code, names) || Is(error.Type, names))
                return kind;
        }
        var number = status is null or (>= 200 and < 300) ? error.Status : status;
        if (number is null or 400 or 403 or 422 or 429 && Spoken(error.Message) is { } spoken)
            return spoken;
        return number switch
        {
            // No status and no known name: it took the request and then failed by itself.
            null => Is(error.Type, ["invalid_request_error", "invalid_request"])
                ? ProviderErrorKind.BadRequest
                : ProviderErrorKind.Overloaded,
            401 or 403 => ProviderErrorKind.Key,
            402 => ProviderErrorKind.Quota,
            404 or 410 or (>= 300 and < 400) => ProviderErrorKind.NotFound,
            413 => ProviderErrorKind.TooLong,
            429 => ProviderErrorKind.RateLimited,
            // Both mean "once more, please".
            408 or 409 or >= 500 => ProviderErrorKind.Overloaded,
            _ => ProviderErrorKind.BadRequest,
        };
    }

    private static ProviderErrorKind? Spoken(string? message)
    {
        if (message is null)
            return null;
        foreach (var (kind, words) in ByWords)
        {
            if (words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return kind;
        }
        return null;
    }

    private static bool Is(string? said, string[] names) =>
        said is not null && names.Contains(said, StringComparer.OrdinalIgnoreCase);

    private static string Clip(string text, int length) =>
        text.Length <= length ? text : text[..length];
}
