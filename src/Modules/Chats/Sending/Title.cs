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
            return text.Length <= Longest ? text.Trim() : text[..Longest];
        var sentence = line.IndexOfAny(['.', '?', '!']) is var end and > 12
            ? line[..(end + 1)].TrimEnd('.')
            : line;
        if (sentence.Length <= Longest)
            return sentence;
        var space = sentence.LastIndexOf(' ', Longest);
        var cut = space > Longest / 2 ? space : Longest;
        // Never in the middle of a surrogate pair.
        if (char.IsHighSurrogate(sentence[cut - 1]))
            cut--;
        return sentence[..cut].TrimEnd(',', ';', ':', ' ') + "…";
    }
}
