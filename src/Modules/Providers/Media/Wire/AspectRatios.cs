using System.Globalization;

namespace NetRoom.Providers.Media.Wire;

/// <summary>From "1536x1024" to the words that providers have for a shape.</summary>
internal static class AspectRatios
{
    /// <summary>The closest of those known; null for "auto" and what is no size.</summary>
    public static string? Nearest(string? size, IEnumerable<string> known)
    {
        if (Sides(size, 'x') is not (var width, var height))
            return null;
        var wanted = Math.Log(width / height);
        return known.MinBy(name =>
            Sides(name, ':') is (var w, var h)
                ? Math.Abs(Math.Log(w / h) - wanted)
                : double.MaxValue
        );
    }

    /// <summary>Null for "auto" and what is no size.</summary>
    public static double? LongestSide(string? size) =>
        Sides(size, 'x') is (var width, var height) ? Math.Max(width, height) : null;

    private static (double, double)? Sides(string? text, char between) =>
        text?.Split(between) is [var first, var second]
        && double.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && double.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
        && width > 0
        && height > 0
            ? (width, height)
            : null;
}
