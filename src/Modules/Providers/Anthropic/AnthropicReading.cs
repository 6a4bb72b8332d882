using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>
/// Reads event after event of a message. For each delta it allocates the text, its content, the update and the list between
/// them; nothing else.
/// </summary>
internal sealed class AnthropicReading(string provider, Redaction redaction) : IStreamReading
{
    private readonly AnthropicUsage usage = new();
    private readonly SplitText text = new();
    private readonly SplitText thinking = new();
    private readonly AnthropicOpenBlock block = new();
    private List<AIContent>? contents;
    private AdditionalPropertiesDictionary? marks;
    private string? messageId;
    private string? model;
    private string? reason;
    private int said;
    private bool started;
    private bool failed;

    public bool IsFinished => reason is not null;

    private bool IsWhole => IsDone || IsFinished;

    public bool IsDone { get; private set; }

    public ProviderException? Failure { get; private set; }

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> json, bool isWhole, bool isError)
    {
        // Anthropic sends no such mark, but gateways that grew up on OpenAI do.
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return null;
        }
        var finishedBefore = IsFinished;
        failed = isError;
        try
        {
            var reader = JsonWalk.Over(json);
            reader.Read();
            ReadEvent(ref reader, json);
        }
        catch (JsonException)
        {
            if (isError)
                Fail(json);
            else if (finishedBefore)
                IsDone = true;
            else
                Failure = Cut("sent an event that is not JSON");
        }
        if (failed && Failure is null)
            Fail(json);
        return Update(finishedBefore);
    }

    public ChatResponseUpdate? Finish()
    {
        // Half a character is worth a mark in a finished text, and nothing in one that was cut.
        if (IsWhole && text.Rest() is { Length: > 0 } rest)
            Add(new TextContent(rest));
        if (IsWhole)
            CloseBlock();
        return Update(finishedBefore: true);
    }

    public ProviderException? Ending(ProviderException? broken) =>
        Failure ?? (IsWhole ? null : broken ?? Cut("ended before the answer did"));

    // "type" need not come first, so the payloads are read by their own names and the type only decides what they cannot.
    private void ReadEvent(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            failed = true;
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("type"u8))
                ReadType(ref reader);
            else if (reader.At("content_block"u8))
                ReadBlock(ref reader, json, opens: true);
            else if (reader.At("delta"u8))
                ReadBlock(ref reader, json, opens: false);
            else if (reader.At("message"u8))
                ReadMessage(ref reader, json);
            else if (reader.At("usage"u8))
                AddUsage(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                ReadMessageField(ref reader, json);
        }
    }

    private void ReadType(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            reader.Skip();
        else if (reader.ValueTextEquals("message_stop"u8))
            IsDone = true;
        else if (reader.ValueTextEquals("content_block_stop"u8))
            CloseBlock();
        else if (reader.ValueTextEquals("error"u8))
            failed = true;
        // A proxy began the message anew; text that the first beginning gave must go.
        else if (reader.ValueTextEquals("message_start"u8) && started)
            Restart();
        else if (reader.ValueTextEquals("message_start"u8))
            started = true;
    }

    private void Restart()
    {
        text.Rest();
        thinking.Rest();
        block.Open(said = 0);
        reason = null;
        (marks ??= [])[StreamMarks.Restart] = true;
    }

    private void ReadMessage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        // In {"type":"error","message":"..."} it is a text.
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("usage"u8))
                AddUsage(ref reader, json);
            else
                ReadMessageField(ref reader, json);
        }
    }

    // Fields of the message itself: inside message_start, or at the top of an answer that is not a stream.
    private void ReadMessageField(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.At("id"u8))
            messageId = reader.Text() ?? messageId;
        else if (reader.At("model"u8))
            model = reader.Text() is { Length: > 0 } name ? name : model;
        else if (reader.At("stop_reason"u8))
            reason ??= reader.Text() is { Length: > 0 } word ? word : null;
        else if (reader.At("stop_details"u8))
            ReadMark(ref reader, json, StreamMarks.StopDetails);
        else if (reader.At("content"u8))
            ReadBlocks(ref reader, json);
        else
            reader.Skip();
    }

    private void ReadBlocks(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            ReadBlock(ref reader, json, opens: true);
            CloseBlock();
        }
    }

    // A delta or the start of a block: each field has one meaning in both, and redacted thinking is the one with "data".
    private void ReadBlock(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool opens)
    {
        if (!reader.EnterObject())
            return;
        if (opens)
            CloseBlock();
        while (reader.NextProperty())
        {
            if (reader.At("text"u8))
                AddText(reader.Text());
            else if (reader.At("thinking"u8))
                AddThinking(reader.Text());
            else if (reader.At("signature"u8))
                AddProtected(reader.Text(), redacted: false);
            else if (reader.At("data"u8))
                AddProtected(reader.Text(), redacted: true);
            else if (reader.At("citation"u8))
                ReadCitation(ref reader, json);
            else if (reader.At("citations"u8))
                ReadCitations(ref reader, json);
            else if (reader.At("stop_reason"u8))
                reason ??= reader.Text() is { Length: > 0 } word ? word : null;
            else if (reader.At("stop_details"u8))
                ReadMark(ref reader, json, StreamMarks.StopDetails);
            else if (!block.Read(ref reader, json, opens))
                reader.Skip();
        }
    }

    private void ReadCitations(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
            ReadCitation(ref reader, json);
    }

    private void ReadCitation(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var copy = reader;
        block.Cite(ref copy);
        ReadMark(ref reader, json, StreamMarks.Citation);
    }

    private void CloseBlock()
    {
        foreach (var content in block.Close(said))
            Add(content);
        block.Open(said);
    }

    private void ReadMark(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string name)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            (marks ??= [])[name] = Encoding.UTF8.GetString(reader.Raw(json));
        else
            reader.Skip();
    }

    private void SeeError(ref Utf8JsonReader reader)
    {
        failed |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
        reader.Skip();
    }

    private void AddText(string? piece)
    {
        if (string.IsNullOrEmpty(piece) || text.Join(piece) is not { Length: > 0 } whole)
            return;
        said += whole.Length;
        Add(new TextContent(whole));
    }

    private void AddThinking(string? piece)
    {
        if (!string.IsNullOrEmpty(piece) && thinking.Join(piece) is { Length: > 0 } whole)
            Add(new TextReasoningContent(whole));
    }

    private void AddProtected(string? seal, bool redacted)
    {
        if (string.IsNullOrEmpty(seal))
            return;
        var content = new TextReasoningContent(string.Empty) { ProtectedData = seal };
        if (redacted)
            content.AdditionalProperties = new() { [StreamMarks.Redacted] = true };
        Add(content);
    }

    private void AddUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (usage.Read(ref reader, json) is { } content)
            Add(content);
    }

    private void Add(AIContent content) => (contents ??= []).Add(content);

    private ChatResponseUpdate? Update(bool finishedBefore)
    {
        var finishes = IsFinished && !finishedBefore && Failure is null;
        if (finishes)
            CloseBlock();
        if (contents is null && marks is null && !finishes)
            return null;
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents ?? [])
        {
            ResponseId = messageId,
            ModelId = model,
            FinishReason = finishes ? Reason() : null,
            AdditionalProperties = marks,
        };
        (contents, marks) = (null, null);
        return update;
    }

    private ChatFinishReason Reason() =>
        reason switch
        {
            "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
            "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
            "tool_use" => ChatFinishReason.ToolCalls,
            "refusal" => ChatFinishReason.ContentFilter,
            _ => new ChatFinishReason(reason!),
        };

    private void Fail(ReadOnlySpan<byte> json) =>
        Failure = ProviderErrors.From(provider, ErrorBody.Read(json), redaction);

    // No inner exception: the parser's messages quote what they stumbled over, and that is content.
    private ProviderException Cut(string what) => new(ProviderErrorKind.Cut, $"{provider} {what}.");
}
