using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>What of the block under way cannot go out before it closes: a tool call, and citations of its text.</summary>
internal sealed class AnthropicOpenBlock
{
    private readonly List<(string Url, string? Title, string? Quote)> citations = [];
    private readonly StringBuilder input = new();
    private string? id;
    private string? name;
    private bool callsTool;
    private int start;

    /// <param name="textLength">The length of the answer's text so far.</param>
    public void Open(int textLength)
    {
        citations.Clear();
        input.Clear();
        (id, name, callsTool, start) = (null, null, false, textLength);
    }

    /// <summary>False if the property is none of its own; else the reader has moved past it.</summary>
    public bool Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool opens)
    {
        if (reader.At("partial_json"u8))
            input.Append(reader.Text());
        else if (!opens)
            return false;
        else if (reader.At("type"u8))
            callsTool = reader.Text() == "tool_use";
        else if (reader.At("id"u8))
            id = reader.Text();
        else if (reader.At("name"u8))
            name = reader.Text();
        else if (reader.At("input"u8))
            ReadInput(reader.Raw(json));
        else
            return false;
        return true;
    }

    public void Cite(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        string? url = null;
        string? title = null;
        string? quote = null;
        while (reader.NextProperty())
        {
            if (reader.At("url"u8))
                url = reader.Text();
            else if (reader.At("title"u8))
                title = reader.Text();
            else if (reader.At("cited_text"u8))
                quote = reader.Text();
            else
                reader.Skip();
        }
        if (url is not null)
            citations.Add((url, title, quote));
    }

    public IEnumerable<AIContent> Close(int textLength)
    {
        foreach (var (url, title, quote) in citations)
            yield return Citations.Of(url, title, start, textLength, quote);
        if (callsTool && id is not null && name is not null)
            yield return ToolTalk.Called(id, name, input.ToString());
    }

    // A stream opens with an empty object and sends the true one in pieces; a whole message has it here.
    private void ReadInput(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{' || !json[1..^1].Trim(" \t\r\n"u8).IsEmpty)
            input.Append(Encoding.UTF8.GetString(json));
    }
}
