using System.Globalization;

namespace NetRoom.Sandbox.Anthropic;

internal static class AnthropicHeaders
{
    public const string OldVersion = "2023-06-01";
    public const string NewVersion = "2026-10-21";

    private const string Scheme = "Bearer ";

    /// <summary>The key of the request, or null when the sandbox does not take it.</summary>
    public static string? Key(HttpRequest request)
    {
        var header = request.Headers["x-api-key"].ToString();
        var bearer = request.Headers.Authorization.ToString();
        return header.Length == 0 && bearer.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? SandboxKey.Of(bearer[Scheme.Length..])
            : SandboxKey.Of(header);
    }

    /// <summary>What is wrong with the version header; null when nothing is.</summary>
    public static AnthropicError? VersionProblem(HttpRequest request) =>
        request.Headers["anthropic-version"].ToString() switch
        {
            OldVersion or NewVersion => null,
            "" => AnthropicError.Invalid("anthropic-version: header is required"),
            var other => AnthropicError.Invalid(
                $"anthropic-version: \"{other}\" is not a valid version"
            ),
        };

    public static bool IsNewVersion(HttpRequest request) =>
        request.Headers["anthropic-version"].ToString() == NewVersion;

    public static void Write(HttpResponse response, Call call)
    {
        var headers = response.Headers;
        headers["request-id"] = $"req_sandbox_{call.Id}";
        headers["anthropic-organization-id"] = "sandbox";
        var reset = call
            .StartedAt.AddMinutes(1)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        foreach (
            var meter in (ReadOnlySpan<string>)
                ["requests", "tokens", "input-tokens", "output-tokens"]
        )
        {
            headers[$"anthropic-ratelimit-{meter}-limit"] = "4000000";
            headers[$"anthropic-ratelimit-{meter}-remaining"] = "3999000";
            headers[$"anthropic-ratelimit-{meter}-reset"] = reset;
        }
    }
}
