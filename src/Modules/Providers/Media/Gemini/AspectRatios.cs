using System.Globalization;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>From "1536x1024" to the words that Gemini has for it.</summary>
internal static class AspectRatios
{
    private static readonly string[] Known =
    [
        "1:1",
        "2:3",
        "3:2",
        "3:4",
        "4:3",
        "4:5",
        "5:4",
        "9:16",
        "16:9",
        "21:9",
    ];

    /// <summary>The ratio closest to the size, and how large: 1K, 2K, 4K. Nulls for "auto" and what is no size.</summary>
    public static (string? Ratio, string? Size) Of(string? size)
    {
        if (Sides(size, 'x') is not (var width, var height))
            return (null, null);
        var wanted = Math.Log(width / height);
        var ratio = Known.MinBy(name =>
            Sides(name, ':') is (var w, var h) ? Math.Abs(Math.Log(w / h) - wanted) : 0
        );
        var longest = Math.Max(width, height);
        return (
            ratio,
            longest <= 1_600 ? "1K"
            : longest <= 3_000 ? "2K"
            : "4K"
        );
    }

    private static (double, double)? Sides(string? text, char between) =>
        text?.Split(between) is [var first, var second]
        && double.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && double.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
        && width > 0
        && height > 0
            ? (width, height)
            : null;
}
