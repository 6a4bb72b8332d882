using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Anthropic;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>Anthropic's messages: events, or one whole message.</summary>
internal sealed class MessagesTap(string provider, Redaction redaction)
    : WireTap(provider, redaction)
{
    private readonly AnthropicUsage usage = new();
    private bool started;
    private bool hasReason;
    private bool isSearch;

    protected override FrameKind Walk(ReadOnlySpan<byte> json, bool isWhole)
    {
        // Gateways that grew up on OpenAI send it.
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return FrameKind.End;
        }
        hasReason = false;
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
        {
            Failed = true;
            return FrameKind.Error;
        }
        ReadFields(ref reader, json, depth: 0);
        Failed |= isWhole && !hasReason;
        return IsDone ? FrameKind.End
            : hasReason && !isWhole ? FrameKind.Hold
            : FrameKind.Pass;
    }

    // Each field has one meaning at every depth where it is looked for: the event, its message, its delta or block.
    private void ReadFields(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int depth)
    {
        while (reader.NextProperty())
        {
            if (depth == 0 && reader.At("type"u8))
                ReadType(ref reader);
            else if (depth > 0 && reader.At("type"u8))
                ReadBlockType(ref reader);
            else if (reader.At("delta"u8) || reader.At("content_block"u8))
                ReadInner(ref reader, json, depth);
            else if (reader.At("message"u8))
                ReadInner(ref reader, json, depth);
            else if (reader.At("content"u8))
                ReadBlocks(ref reader, json, depth);
            else if (reader.At("model"u8))
                SeeModel(ref reader);
            else if (reader.At("usage"u8))
                ReadUsage(ref reader, json);
            else if (reader.At("stop_reason"u8))
                ReadReason(ref reader);
            else if (reader.At("text"u8))
                CountText(ref reader);
            else if (reader.At("thinking"u8))
                CountOther(ref reader);
            else if (reader.At("partial_json"u8) || reader.At("input"u8))
                ReadInput(ref reader);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                reader.Skip();
        }
    }

    private void ReadInner(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int depth)
    {
        if (reader.EnterObject())
            ReadFields(ref reader, json, depth + 1);
    }

    private void ReadBlocks(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int depth)
    {
        // A search that failed has an object here, and is not billed.
        if (isSearch && reader.TokenType == JsonTokenType.StartArray)
            Seen.Searches++;
        isSearch = false;
        // Inside a block it is a tool's result.
        if (depth > 1 || reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        while (reader.NextItem())
            ReadInner(ref reader, json, depth + 1);
    }

    private void ReadType(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            reader.Skip();
        else if (reader.ValueTextEquals("message_stop"u8))
            IsDone = true;
        else if (reader.ValueTextEquals("error"u8))
            Failed = true;
        else if (reader.ValueTextEquals("message_start"u8))
        {
            if (started)
                Seen.Restart();
            started = true;
        }
    }

    private void ReadBlockType(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            isSearch = reader.ValueTextEquals("web_search_tool_result"u8);
        else
            reader.Skip();
    }

    private void ReadUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        Seen.Usage = usage.Read(ref reader, json)?.Details ?? Seen.Usage;
        UsageEnd = (int)reader.BytesConsumed - 1;
    }

    private void ReadReason(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            reader.Skip();
            return;
        }
        hasReason = true;
        Seen.Finish ??=
            reader.ValueTextEquals("end_turn"u8) || reader.ValueTextEquals("stop_sequence"u8)
                ? ChatFinishReason.Stop
            : reader.ValueTextEquals("max_tokens"u8) ? ChatFinishReason.Length
            : reader.ValueTextEquals("tool_use"u8) ? ChatFinishReason.ToolCalls
            : reader.ValueTextEquals("refusal"u8) ? ChatFinishReason.ContentFilter
            : new ChatFinishReason(reader.Text()!);
    }

    // Of a stream pieces of JSON, of a whole message the object.
    private void ReadInput(ref Utf8JsonReader reader)
    {
        Seen.HasToolCalls = true;
        if (reader.TokenType == JsonTokenType.String)
        {
            CountOther(ref reader);
            return;
        }
        var from = reader.TokenStartIndex;
        reader.Skip();
        Seen.Ascii += reader.BytesConsumed - from;
    }
}
