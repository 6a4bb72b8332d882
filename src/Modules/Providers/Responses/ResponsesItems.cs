using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>What the items of an answer give once they are whole, and where its text stands.</summary>
internal sealed class ResponsesItems
{
    private int partStart;

    /// <summary>No item was whole so far.</summary>
    public bool IsEmpty { get; private set; } = true;

    public bool CalledTool { get; private set; }

    public int Searches { get; private set; }

    public int TextLength { get; private set; }

    public void Said(int length) => TextLength += length;

    /// <summary>Citations count from the beginning of their part.</summary>
    public void BeginPart() => partStart = TextLength;

    public TextContent? Citation(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return null;
        var reader = JsonWalk.Over(json);
        reader.Read();
        return OpenAiCitation.Read(ref reader, partStart);
    }

    /// <summary>Null for items that have nothing more to give than their deltas did.</summary>
    public AIContent? Done(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return null;
        IsEmpty = false;
        var (type, id, name, arguments, isSealed) = Read(json);
        switch (type)
        {
            case "function_call" when id is not null && name is not null:
                CalledTool = true;
                return ToolTalk.Called(id, name, arguments);
            // Sent back as it is, so that the model finds its own thoughts again.
            case "reasoning" when isSealed:
                return new TextReasoningContent(string.Empty)
                {
                    ProtectedData = Encoding.UTF8.GetString(json),
                };
            case "web_search_call":
                Searches++;
                return null;
            default:
                return null;
        }
    }

    private static (string? Type, string? Id, string? Name, string? Arguments, bool IsSealed) Read(
        ReadOnlySpan<byte> json
    )
    {
        (string? Type, string? Id, string? Name, string? Arguments, bool IsSealed) item = default;
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
            return item;
        while (reader.NextProperty())
        {
            if (reader.At("type"u8))
                item.Type = reader.Text();
            else if (reader.At("call_id"u8))
                item.Id = reader.Text();
            else if (reader.At("name"u8))
                item.Name = reader.Text();
            else if (reader.At("arguments"u8))
                item.Arguments =
                    reader.TokenType == JsonTokenType.StartObject
                        ? Encoding.UTF8.GetString(reader.Raw(json))
                        : reader.Text();
            else if (reader.At("encrypted_content"u8))
                item.IsSealed = reader.Text() is { Length: > 0 };
            else
                reader.Skip();
        }
        return item;
    }
}
