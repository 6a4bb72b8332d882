using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>Chat completions: chunks, or one whole answer.</summary>
internal sealed class ChatTap(string provider, OpenAiDialect dialect, Redaction redaction)
    : WireTap(provider, redaction)
{
    private enum Reasoning
    {
        None,
        Content,
        Plain,
        Details,
    }

    private readonly OpenAiUsage usage = new(dialect);
    private Reasoning source;
    private bool hasChoices;
    private bool hasUsage;

    /// <summary>The answer's id as its JSON says it, for a chunk of our own; empty if it has none.</summary>
    public byte[] Id { get; private set; } = [];

    public long Created { get; private set; }

    protected override FrameKind Walk(ReadOnlySpan<byte> json, bool isWhole)
    {
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return FrameKind.End;
        }
        (hasChoices, hasUsage) = (false, false);
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
        {
            Failed = true;
            return FrameKind.Error;
        }
        while (reader.NextProperty())
        {
            if (reader.At("choices"u8))
                ReadChoices(ref reader, json, isWhole);
            else if (reader.At("model"u8))
                SeeModel(ref reader);
            else if (reader.At("usage"u8))
                ReadUsage(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else if (Id.Length == 0 && reader.At("id"u8))
                ReadId(ref reader, json);
            else if (Created == 0 && reader.At("created"u8))
                Created = reader.Count() ?? 0;
            else
                reader.Skip();
        }
        // {"detail": ...} or {"message": ...} with status 200.
        Failed |= isWhole && !hasChoices;
        return hasUsage && !hasChoices ? FrameKind.Usage : FrameKind.Pass;
    }

    private void ReadId(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty)
            Id = reader.Raw(json).ToArray();
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
        hasUsage = true;
        Seen.Usage = usage.Read(ref reader, json)?.Details ?? Seen.Usage;
        UsageEnd = (int)reader.BytesConsumed - 1;
    }

    private void ReadChoices(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isWhole)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            hasChoices = true;
            if (!reader.EnterObject())
                continue;
            while (reader.NextProperty())
            {
                if (isWhole ? reader.At("message"u8) : reader.At("delta"u8))
                    ReadDelta(ref reader);
                else if (reader.At("finish_reason"u8))
                    ReadFinish(ref reader);
                else if (reader.At("usage"u8))
                    Seen.Usage = usage.Read(ref reader, json)?.Details ?? Seen.Usage;
                else if (reader.At("error"u8))
                    SeeError(ref reader);
                else
                    reader.Skip();
            }
        }
    }

    private void ReadFinish(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
            reader.Skip();
        else if (
            reader.ValueTextEquals("error"u8)
            || reader.ValueTextEquals("insufficient_system_resource"u8)
        )
            Failed = true;
        else
            Seen.Finish ??=
                reader.ValueTextEquals("stop"u8) ? ChatFinishReason.Stop
                : reader.ValueTextEquals("length"u8) ? ChatFinishReason.Length
                : reader.ValueTextEquals("tool_calls"u8) ? ChatFinishReason.ToolCalls
                : reader.ValueTextEquals("content_filter"u8) ? ChatFinishReason.ContentFilter
                : new ChatFinishReason(reader.Text()!);
    }

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("content"u8))
                ReadContent(ref reader, isReasoning: false);
            else if (reader.At("reasoning_content"u8))
                ReadReasoning(ref reader, Reasoning.Content);
            else if (reader.At("reasoning"u8))
                ReadReasoning(ref reader, Reasoning.Plain);
            else if (reader.At("reasoning_details"u8))
                ReadReasoning(ref reader, Reasoning.Details);
            else if (reader.At("refusal"u8))
                ReadRefusal(ref reader);
            else if (reader.At("tool_calls"u8) || reader.At("function_call"u8))
                ReadCalls(ref reader);
            else
                reader.Skip();
        }
    }

    // Some give the same reasoning under two names at once.
    private void ReadReasoning(ref Utf8JsonReader reader, Reasoning from)
    {
        if (source == Reasoning.None && reader.TokenType != JsonTokenType.Null)
            source = from;
        if (source == from)
            ReadContent(ref reader, isReasoning: true);
        else
            reader.Skip();
    }

    // A string, or parts whose texts count wherever they are.
    private void ReadContent(ref Utf8JsonReader reader, bool isReasoning)
    {
        if (reader.TokenType == JsonTokenType.String && isReasoning)
            CountOther(ref reader);
        else if (reader.TokenType == JsonTokenType.String)
            CountText(ref reader);
        else if (reader.EnterArray())
            while (reader.NextItem())
                ReadPart(ref reader, isReasoning);
    }

    private void ReadPart(ref Utf8JsonReader reader, bool isReasoning)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("text"u8) || reader.At("summary"u8))
                ReadContent(ref reader, isReasoning);
            else if (reader.At("thinking"u8))
                ReadContent(ref reader, isReasoning: true);
            else
                reader.Skip();
        }
    }

    private void ReadRefusal(ref Utf8JsonReader reader)
    {
        Seen.Refused |= reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
        CountOther(ref reader);
    }

    // An array of calls, or the one of the old way: names and arguments, at any depth.
    private void ReadCalls(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            return;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.At("arguments"u8) || reader.At("input"u8) || reader.At("name"u8))
            {
                Seen.HasToolCalls = true;
                CountOther(ref reader);
            }
        }
    }
}
