using System.Text;
using AngleSharp.Html.Parser;

namespace NetRoom.AppTests.Support;

/// <summary>A running answer as the script of the page draws it.</summary>
public sealed class Screen
{
    private readonly SortedDictionary<int, string> blocks = [];
    private readonly StringBuilder reasoning = new();

    /// <summary>The blocks on the screen, one after another.</summary>
    public string Html => string.Concat(blocks.Values);

    /// <summary>Without the last block, which may still grow.</summary>
    public string FinishedHtml => string.Concat(blocks.Values.SkipLast(1));

    public string Text => new HtmlParser().ParseDocument(Html).Body!.TextContent;

    public string Reasoning => reasoning.ToString();

    public int BlockCount => blocks.Count;

    /// <summary>The id of the last event, as the browser would tell it when it comes back.</summary>
    public string? LastId { get; private set; }

    /// <summary>The finished article, after "done".</summary>
    public Answer? Answer { get; private set; }

    public void Take(StreamEvent item)
    {
        LastId = item.Id ?? LastId;
        switch (item.Name)
        {
            case "block":
                blocks[item.Data.GetProperty("i").GetInt32()] = item
                    .Data.GetProperty("html")
                    .GetString()!;
                break;
            case "reasoning":
                reasoning.Append(item.Data.GetProperty("text").GetString());
                break;
            case "reset":
                blocks.Clear();
                reasoning.Clear();
                break;
            case "done":
                Answer = Answer.Of(item.Data.GetProperty("html").GetString()!);
                break;
        }
    }
}
