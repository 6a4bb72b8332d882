using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Responses;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>OpenAI's Responses: events, or one whole response.</summary>
internal sealed class ResponsesTap(string provider, OpenAiDialect dialect, Redaction redaction)
    : WireTap(provider, redaction)
{
    private readonly OpenAiUsage usage = new(dialect);
    private string? type;
    private string? status;
    private bool isEnd;
    private long? searches;

    protected override FrameKind Walk(ReadOnlySpan<byte> json, bool isWhole)
    {
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return FrameKind.End;
        }
        (isEnd, status) = (false, null);
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
        {
            Failed = true;
            return FrameKind.Error;
        }
        if (isWhole)
            ReadResponse(ref reader, json, isWhole: true);
        else
            ReadEvent(ref reader, json);
        if (isWhole || isEnd)
        {
            SeeStatus();
            Seen.Searches = searches ?? Seen.Searches;
        }
        Failed |= isWhole && status is null;
        return isEnd ? FrameKind.Hold : FrameKind.Pass;
    }

    private void ReadEvent(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.NextProperty())
        {
            if (reader.At("type"u8))
                ReadType(ref reader);
            else if (reader.At("delta"u8))
                ReadDelta(ref reader);
            else if (reader.At("response"u8))
                ReadInner(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                reader.Skip();
        }
    }

    private void ReadInner(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.EnterObject())
            ReadResponse(ref reader, json, isWhole: false);
    }

    private void ReadType(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return;
        }
        isEnd =
            reader.ValueTextEquals("response.completed"u8)
            || reader.ValueTextEquals("response.incomplete"u8)
            || reader.ValueTextEquals("response.failed"u8);
        Failed |= reader.ValueTextEquals("error"u8);
        Seen.HasToolCalls |= reader.ValueTextEquals("response.function_call_arguments.done"u8);
        if (reader.ValueTextEquals("response.web_search_call.completed"u8))
            Seen.Searches++;
        type =
            reader.ValueTextEquals("response.output_text.delta"u8) ? "text"
            : reader.ValueTextEquals("response.refusal.delta"u8) ? "refusal"
            : null;
    }

    // The type comes first at all who speak this protocol; a delta that is not of text counts without being text.
    private void ReadDelta(ref Utf8JsonReader reader)
    {
        Seen.Refused |= type == "refusal";
        if (type == "text")
            CountText(ref reader);
        else
            CountOther(ref reader);
    }

    private void ReadResponse(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isWhole)
    {
        while (reader.NextProperty())
        {
            if (reader.At("status"u8))
                status = reader.Text();
            else if (reader.At("model"u8))
                SeeModel(ref reader);
            else if (reader.At("usage"u8))
                ReadUsage(ref reader, json);
            else if (reader.At("tool_usage"u8))
                searches = ResponsesBody.ReadSearches(ref reader) ?? searches;
            else if (reader.At("incomplete_details"u8))
                ReadIncomplete(ref reader);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else if (isWhole && reader.At("output"u8))
                ReadOutput(ref reader);
            else
                reader.Skip();
        }
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

    private void ReadIncomplete(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("reason"u8) && reader.Text() is { } reason)
                Seen.Finish =
                    reason == "max_output_tokens" ? ChatFinishReason.Length
                    : reason == "content_filter" ? ChatFinishReason.ContentFilter
                    : new ChatFinishReason(reason);
            else
                reader.Skip();
        }
    }

    // Of a whole response: texts of the parts, arguments of the calls.
    private void ReadOutput(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.At("text"u8))
                CountText(ref reader);
            else if (reader.At("type"u8))
                Seen.Searches += reader.Text() == "web_search_call" ? 1 : 0;
            else if (reader.At("refusal"u8))
            {
                Seen.Refused = true;
                CountOther(ref reader);
            }
            else if (reader.At("arguments"u8))
            {
                Seen.HasToolCalls = true;
                CountOther(ref reader);
            }
        }
    }

    private void SeeStatus()
    {
        if (status is "failed" or "cancelled")
            Failed = true;
        else if (status is not null)
            Seen.Finish ??= Seen.HasToolCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
    }
}
