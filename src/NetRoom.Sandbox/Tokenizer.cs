namespace NetRoom.Sandbox;

/// <summary>
/// The sandbox's own measure of text. A token is the white space before a piece and the piece: up to four letters or
/// digits, or one other character. Cutting a text after any token leaves the tokens before the cut as they were.
/// </summary>
public static class Tokenizer
{
    /// <summary>What any picture, sound or file in a prompt counts for.</summary>
    public const int AttachmentTokens = 256;

    private const int LongestPiece = 4;

    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; !text.IsEmpty; count++)
        {
            text = text[FirstToken(text)..];
        }
        return count;
    }

    /// <summary>Length in characters of the first <paramref name="tokens"/> tokens of the text.</summary>
    public static int LengthOf(ReadOnlySpan<char> text, int tokens)
    {
        var length = 0;
        for (; tokens > 0 && length < text.Length; tokens--)
        {
            length += FirstToken(text[length..]);
        }
        return length;
    }

    /// <summary>The tokens in order; together they are the text again.</summary>
    public static IEnumerable<ReadOnlyMemory<char>> Split(string text)
    {
        var rest = text.AsMemory();
        while (!rest.IsEmpty)
        {
            var length = FirstToken(rest.Span);
            yield return rest[..length];
            rest = rest[length..];
        }
    }

    private static int FirstToken(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }
        if (start == text.Length)
        {
            return start;
        }
        if (start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]))
        {
            return start + 2;
        }
        var end = start + 1;
        if (char.IsLetterOrDigit(text[start]))
        {
            while (
                end < text.Length && end - start < LongestPiece && char.IsLetterOrDigit(text[end])
            )
            {
                end++;
            }
        }
        return end;
    }
}
