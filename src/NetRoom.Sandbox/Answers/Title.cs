namespace NetRoom.Sandbox.Answers;

/// <summary>A title of three to six words from the first words of the conversation.</summary>
internal static class Title
{
    private const int Fewest = 3;
    private const int Most = 6;

    private static readonly HashSet<string> Labels = new(StringComparer.OrdinalIgnoreCase)
    {
        "user",
        "assistant",
        "human",
        "conversation",
        "пользователь",
        "ассистент",
        "помощник",
        "диалог",
    };

    public static string Text(Prompt prompt)
    {
        var talk = prompt.Turns.FirstOrDefault(turn => turn.Role is Role.User)?.Text ?? "";
        var russian = Prompt.LooksRussian(talk);
        var words = talk.Split((char[]?)null, 60, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !(word.EndsWith(':') && Labels.Contains(word.TrimEnd(':'))))
            .Select(Bare)
            .Where(word => word.Length > 0)
            .Take(Most)
            .ToList();
        if (words.Count < Fewest)
        {
            words.InsertRange(0, russian ? ["Короткий", "разговор:"] : ["A", "short", "talk:"]);
        }
        if (words.Count < Fewest)
        {
            words.Add("приветствие");
        }
        var title = string.Join(' ', words.Take(Most)).TrimEnd(':');
        return char.ToUpperInvariant(title[0]) + title[1..];
    }

    private static string Bare(string word)
    {
        var start = 0;
        var end = word.Length;
        while (start < end && !char.IsLetterOrDigit(word[start]))
        {
            start++;
        }
        while (end > start && !char.IsLetterOrDigit(word[end - 1]))
        {
            end--;
        }
        return word[start..end];
    }
}
