namespace NetRoom.Chats.Sending;

/// <summary>A chat is named by its first words: at once, in its own language, and at no cost.</summary>
internal static class Title
{
    public const int Longest = 60;

    public static string Of(string text)
    {
        var line = text.Split(
                '\n',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
            .Select(it => it.Trim('#', '*', '`', '>', '-', ' '))
            .FirstOrDefault(it => it.Any(char.IsLetterOrDigit));
        if (line is null)
            return Cut(text.Trim(), Longest);
        var sentence = line.IndexOfAny(['.', '?', '!']) is var end and > 12
            ? line[..(end + 1)].TrimEnd('.')
            : line;
        if (sentence.Length <= Longest)
            return sentence;
        var space = sentence.LastIndexOf(' ', Longest);
        return Cut(sentence, space > Longest / 2 ? space : Longest).TrimEnd(',', ';', ':', ' ')
            + "…";
    }

    /// <summary>Never in the middle of a surrogate pair.</summary>
    private static string Cut(string text, int length) =>
        text.Length <= length ? text
        : char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
