namespace NetRoom.Sandbox.OpenAi;

internal static class OpenAiHeaders
{
    private const string Scheme = "Bearer ";

    /// <summary>The key of the request, or null when the sandbox does not take it.</summary>
    public static string? Key(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? SandboxKey.Of(header[Scheme.Length..])
            : null;
    }

    public static void Write(HttpResponse response, Call call)
    {
        var headers = response.Headers;
        headers["x-request-id"] = $"req_sandbox_{call.Id}";
        headers["openai-version"] = "2020-10-01";
        headers["openai-organization"] = "sandbox";
        headers["openai-processing-ms"] = "7";
        headers["x-ratelimit-limit-requests"] = "10000";
        headers["x-ratelimit-remaining-requests"] = "9999";
        headers["x-ratelimit-reset-requests"] = "6ms";
        headers["x-ratelimit-limit-tokens"] = "2000000";
        headers["x-ratelimit-remaining-tokens"] = "1999000";
        headers["x-ratelimit-reset-tokens"] = "30ms";
    }
}
