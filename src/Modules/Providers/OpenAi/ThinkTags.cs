namespace NetRoom.Providers.OpenAi;

/// <summary>
/// Splits the reasoning that a model writes at the head of its text between think tags. Tags further down belong to the
/// text: the person may be asking about them.
/// </summary>
internal sealed class ThinkTags
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private enum Place
    {
        Before,
        Inside,
        After,
        Outside,
    }

    private Place place;
    private string held = string.Empty;

    /// <summary>What the piece adds; text that may be the start of a tag waits for the next piece.</summary>
    public (string Reasoning, string Text) Split(string piece)
    {
        if (place == Place.Outside)
            return (string.Empty, piece);
        var rest = held + piece;
        held = string.Empty;
        var reasoning = string.Empty;
        if (place == Place.Before)
        {
            var head = rest.TrimStart();
            if (head.Length < Open.Length && Open.StartsWith(head, StringComparison.Ordinal))
            {
                held = rest;
                return (string.Empty, string.Empty);
            }
            if (!head.StartsWith(Open, StringComparison.Ordinal))
            {
                place = Place.Outside;
                return (string.Empty, rest);
            }
            place = Place.Inside;
            rest = head[Open.Length..];
        }
        if (place == Place.Inside)
        {
            var close = rest.IndexOf(Close, StringComparison.Ordinal);
            if (close < 0)
            {
                var keep = Overlap(rest);
                held = rest[^keep..];
                return (rest[..^keep], string.Empty);
            }
            reasoning = rest[..close];
            rest = rest[(close + Close.Length)..];
            place = Place.After;
        }
        // Blank lines between the reasoning and the answer are neither's.
        rest = rest.TrimStart();
        if (rest.Length > 0)
            place = Place.Outside;
        return (reasoning, rest);
    }

    /// <summary>What still waited when the stream ended.</summary>
    public (string Reasoning, string Text) Rest()
    {
        var rest = held;
        held = string.Empty;
        return place == Place.Inside ? (rest, string.Empty) : (string.Empty, rest);
    }

    private static int Overlap(string text)
    {
        for (var length = Math.Min(Close.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(Close[..length], StringComparison.Ordinal))
                return length;
        }
        return 0;
    }
}
