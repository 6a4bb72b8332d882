namespace NetRoom.Providers.Media.Wire;

/// <summary>"data:image/png;base64,…"</summary>
internal static class DataUrl
{
    private const string Mark = ";base64,";

    public static string Write(MediaContent content) =>
        $"data:{content.MediaType}{Mark}{Convert.ToBase64String(content.Data.Span)}";

    /// <summary>Null when it is none, or not in base64.</summary>
    public static MediaContent? Read(string url)
    {
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return null;
        var mark = url.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        if (mark < 0)
            return null;
        var text = url.AsSpan(mark + Mark.Length);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64Chars(text, bytes, out var length)
            ? new MediaContent(bytes.AsMemory(0, length), url[5..mark].Split(';')[0])
            : null;
    }
}
