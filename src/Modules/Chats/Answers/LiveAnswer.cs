using System.Text;
using NetRoom.Generation;
using NetRoom.Kernel.Markup;

namespace NetRoom.Chats.Answers;

/// <summary>One reader's view of a running answer: folds events into rendered blocks, at a pace that a long open block can bear.</summary>
internal sealed class LiveAnswer(TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(80);
    private const int EasyLength = 4_000;
    private readonly StreamedMarkdown markdown = new();
    private readonly StringBuilder reasoning = new();
    private int seq;
    private bool isReset;
    private bool isCaughtUp;
    private long drawnAt;

    /// <param name="after">What the reader has already seen is folded without being drawn again.</param>
    public void Take(RunEvent item, int after)
    {
        seq = item.Seq;
        if (item.Seq > after && !isCaughtUp)
        {
            markdown.Skip();
            isCaughtUp = true;
        }

        switch (item.Kind)
        {
            case RunEventKind.Text:
                markdown.Append(item.Body);
                break;
            case RunEventKind.Reasoning when item.Seq > after:
                reasoning.Append(item.Body);
                break;
            case RunEventKind.Restart:
                markdown.Clear();
                reasoning.Clear();
                isReset = item.Seq > after;
                break;
        }

        HasNews = item.Seq > after;
    }

    public bool HasNews { get; private set; }

    /// <summary>A long block takes longer to draw and to send; drawing it less often keeps the whole cost in proportion.</summary>
    public TimeSpan DueIn =>
        Pace * (1 + markdown.OpenLength / EasyLength) - clock.GetElapsedTime(drawnAt);

    public async Task DrawAsync(ServerEvents events, CancellationToken cancel)
    {
        if (isReset)
            await events.WriteAsync("reset", new { }, cancel);
        if (reasoning.Length > 0)
            await events.WriteAsync("reasoning", new { text = reasoning.ToString() }, cancel);
        foreach (var block in markdown.Render())
            await events.WriteAsync("block", new { i = block.Index, html = block.Html }, cancel);
        await events.MarkAsync(seq, cancel);
        reasoning.Clear();
        (HasNews, isReset, drawnAt) = (false, false, clock.GetTimestamp());
    }
}
