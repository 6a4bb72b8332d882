namespace NetRoom.Sandbox.Answers;

internal enum Role
{
    System,
    User,
    Assistant,
    Tool,
}

/// <summary>One message: its text, its size in tokens and the kinds of its other parts.</summary>
internal sealed record Turn(Role Role, string Text, int Tokens, IReadOnlyList<string> Attachments);

/// <summary>The conversation that came with a request.</summary>
internal sealed record Prompt(IReadOnlyList<Turn> Turns, int ToolTokens)
{
    private const int LongestWish = 2000;

    public int Tokens { get; } = ToolTokens + Turns.Sum(turn => turn.Tokens);

    public string System { get; } =
        string.Join("\n", Turns.Where(turn => turn.Role is Role.System).Select(turn => turn.Text));

    public string Question { get; } =
        Turns.LastOrDefault(turn => turn.Role is Role.User)?.Text ?? "";

    /// <summary>The beginning of the question, where wishes such as "300 words" are looked for.</summary>
    public string Wish => Question.Length > LongestWish ? Question[..LongestWish] : Question;

    public IReadOnlyList<string> Attachments { get; } =
        Turns.LastOrDefault(turn => turn.Role is Role.User)?.Attachments ?? [];

    /// <summary>What the tools gave that were called last; null when the conversation does not wait for the model to read it.</summary>
    public string? ToolResult =>
        Turns.Count > 0 && Turns[^1].Role is Role.Tool
            ? string.Join(
                "\n",
                Turns
                    .Reverse()
                    .TakeWhile(turn => turn.Role is Role.Tool)
                    .Reverse()
                    .Select(turn => turn.Text)
            )
            : null;

    public bool IsRussian => LooksRussian(Question);

    public bool WantsTitle => System.Contains("title", StringComparison.OrdinalIgnoreCase);

    public static int CountWords(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Count(word => word.Any(char.IsLetterOrDigit));

    public static bool LooksRussian(string text)
    {
        var balance = 0;
        foreach (var letter in text)
        {
            balance +=
                letter is >= 'Ѐ' and <= 'ӿ' ? 1
                : char.IsAsciiLetter(letter) ? -1
                : 0;
        }
        return balance > 0;
    }
}
