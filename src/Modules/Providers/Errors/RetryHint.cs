using System.Globalization;
using System.Net.Http.Headers;

namespace NetRoom.Providers.Errors;

/// <summary>How long a provider asks to wait, in whichever of its ways of saying so.</summary>
internal static class RetryHint
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static TimeSpan? Read(HttpResponseHeaders headers, TimeProvider time)
    {
        if (First(headers, "retry-after-ms") is { } text && Number(text) is { } milliseconds)
            return FromSeconds(milliseconds / 1000);
        if (First(headers, "retry-after") is not { } value)
            return null;
        if (Number(value.TrimEnd('s')) is { } seconds)
            return FromSeconds(seconds);
        return DateTimeOffset.TryParse(
            value,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date
        )
            ? FromSeconds((date - time.GetUtcNow()).TotalSeconds)
            : null;
    }

    public static bool? ShouldRetry(HttpResponseHeaders headers) =>
        bool.TryParse(First(headers, "x-should-retry"), out var should) ? should : null;

    public static TimeSpan FromSeconds(double seconds) =>
        double.IsFinite(seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds))
            : Longest;

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values)
            ? values.FirstOrDefault()?.Trim()
            : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;
}
