namespace NetRoom.Providers.Transport;

/// <summary>Joins a surrogate pair that the provider split over two deltas: the first half waits for the second.</summary>
internal sealed class SplitText
{
    private const char Replacement = '\uFFFD';
    private char pending;

    public string Join(string text)
    {
        if (text.Length == 0 || (pending == 0 && IsWhole(text)))
            return text;
        if (pending != 0)
        {
            text = pending + text;
            pending = default;
        }
        if (char.IsHighSurrogate(text[^1]))
        {
            pending = text[^1];
            text = text[..^1];
        }
        return IsWhole(text) ? text : Mend(text);
    }

    /// <summary>What is left when the text ends.</summary>
    public string Rest()
    {
        var rest = pending == 0 ? string.Empty : Replacement.ToString();
        pending = default;
        return rest;
    }

    private static bool IsWhole(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return false;
            at++;
        }
        return true;
    }

    private static string Mend(string text) =>
        string.Create(
            text.Length,
            text,
            static (span, source) =>
            {
                for (var at = 0; at < span.Length; at++)
                {
                    span[at] = source[at];
                    if (!char.IsSurrogate(source[at]))
                        continue;
                    if (at + 1 < span.Length && char.IsSurrogatePair(source[at], source[at + 1]))
                        span[++at] = source[at];
                    else
                        span[at] = Replacement;
                }
            }
        );
}
