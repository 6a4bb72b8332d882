using System.Text;

namespace NetRoom.Kernel.Markup;

/// <summary>A rendered piece of a growing text. The same index again replaces the piece.</summary>
public readonly record struct RenderedBlock(int Index, string Html);

/// <summary>
/// Renders a text that is still being written: a finished block once, the open block as often as it is asked. Only what comes after
/// the last finished block is parsed again.
/// </summary>
public sealed class StreamedMarkdown
{
    private readonly StringBuilder tail = new();
    private Outline outline;
    private int finished;

    /// <summary>Length of the block that is still open; a long one is worth drawing less often.</summary>
    public int OpenLength => tail.Length;

    public void Append(string text) => tail.Append(text);

    public void Clear()
    {
        tail.Clear();
        (finished, outline) = (0, default);
    }

    /// <summary>The blocks that are new or have grown since the last call.</summary>
    public IReadOnlyList<RenderedBlock> Render()
    {
        var blocks = new List<RenderedBlock>();
        var text = Close(
            (index, markdown) =>
                blocks.Add(new RenderedBlock(index, MarkdownHtml.Render(markdown, ref outline)))
        );
        // The open block may still become another heading or none.
        var open = outline;
        if (!string.IsNullOrWhiteSpace(text))
            blocks.Add(new RenderedBlock(finished, MarkdownHtml.Render(text, ref open)));
        return blocks;
    }

    /// <summary>Moves past what is finished without rendering it: a reader who comes back already has it.</summary>
    public void Skip() => Close((_, markdown) => outline = MarkdownHtml.After(markdown, outline));

    private string Close(Action<int, string> take)
    {
        var text = tail.ToString();
        var starts = MarkdownHtml.BlockStarts(text[..Settled(text)]);
        if (starts.Count < 2)
            return text;
        for (var i = 0; i + 1 < starts.Count; i++)
            take(finished++, text[starts[i]..starts[i + 1]]);
        tail.Remove(0, starts[^1]);
        return tail.ToString();
    }

    /// <summary>
    /// How much of the text is sure of its blocks. Before its first letter nobody knows what a line will be: "2" becomes "2. next" and
    /// goes on with the list above it. A fence is one only when its line has ended.
    /// </summary>
    private static int Settled(string text)
    {
        var line = text.LastIndexOf('\n') + 1;
        var open = text.AsSpan(line).TrimStart();
        if (open is ['`' or '~' or '$', ..])
            return line;
        foreach (var letter in open)
            if (char.IsLetter(letter))
                return text.Length;
        return line;
    }
}
