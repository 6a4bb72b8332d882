using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>
/// Reads chunk after chunk of a chat completion. For each delta it allocates the text, its content, the update and the list
/// between them; nothing else.
/// </summary>
internal sealed class OpenAiReading(
    string provider,
    OpenAiDialect dialect,
    Redaction redaction,
    bool thinkTags
) : IStreamReading
{
    private enum Source
    {
        None,
        ReasoningContent,
        Reasoning,
        Details,
        Parts,
        Tags,
    }

    private readonly OpenAiUsage usage = new(dialect);
    private readonly ThinkTags? tags = thinkTags ? new() : null;
    private readonly OpenAiToolCalls calls = new();
    private readonly OpenAiReasoningDetails? details = dialect.ReasoningDetails ? new() : null;
    private readonly SplitText text = new();
    private readonly SplitText reasoning = new();
    private List<AIContent>? contents;
    private Source source;
    private string? responseId;
    private string? model;
    private string? reason;
    private bool refused;
    private bool failed;
    private bool hasChoices;

    public bool IsFinished => reason is not null;

    private bool IsWhole => IsDone || IsFinished;

    public bool IsDone { get; private set; }

    public ProviderException? Failure { get; private set; }

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> json, bool isWhole, bool isError)
    {
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return null;
        }
        var finishedBefore = IsFinished;
        failed = isError;
        hasChoices = false;
        try
        {
            var reader = JsonWalk.Over(json);
            reader.Read();
            if (isWhole && reader.TokenType == JsonTokenType.StartArray)
                failed = true;
            ReadChunk(ref reader, json, isWhole);
        }
        catch (JsonException)
        {
            if (isError)
                Fail(json);
            else if (!finishedBefore)
                Failure = Cut("sent an event that is not JSON");
            else
                IsDone = true;
        }
        if (Failure is null && (failed || reason is "error" or "insufficient_system_resource"))
            Fail(json);
        return Update(finishedBefore);
    }

    public ChatResponseUpdate? Finish()
    {
        if (tags is not null)
        {
            var (thought, rest) = tags.Rest();
            Add(Source.Tags, thought);
            AddText(rest);
        }
        // Half a character is worth a mark in a finished text, and nothing in one that was cut.
        if (IsWhole)
        {
            AddText(text.Rest(), joined: true);
            AddCalls();
        }
        return Update(finishedBefore: true);
    }

    public ProviderException? Ending(ProviderException? broken) =>
        Failure ?? (IsWhole ? null : broken ?? Cut("ended before the answer did"));

    private void ReadChunk(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isWhole)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("choices"u8))
                ReadChoices(ref reader, json, isWhole);
            else if (reader.At("usage"u8))
                AddUsage(ref reader, json);
            else if (reader.At("x_groq"u8))
                ReadGroq(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else if (reader.At("object"u8))
                failed |= IsErrorObject(ref reader);
            else if (model is null && reader.At("model"u8))
                model = reader.Text() is { Length: > 0 } name ? name : null;
            else if (responseId is null && reader.At("id"u8))
                responseId = reader.Text() is { Length: > 0 } id ? id : null;
            else
                reader.Skip();
        }
        // {"detail": ...} or {"message": ...} with status 200.
        failed |= isWhole && !hasChoices;
    }

    private void ReadGroq(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("usage"u8))
                AddUsage(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                reader.Skip();
        }
    }

    private static bool IsErrorObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.ValueTextEquals("error"u8);
        reader.Skip();
        return false;
    }

    private void SeeError(ref Utf8JsonReader reader)
    {
        failed |=
            reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            || (reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty);
        reader.Skip();
    }

    private void ReadChoices(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isWhole)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            hasChoices = true;
            ReadChoice(ref reader, json, isWhole);
        }
    }

    private void ReadChoice(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isWhole)
    {
        if (!IsFirst(reader))
        {
            reader.Skip();
            return;
        }
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            // A stream of Perplexity has both, and "message" repeats all the text so far.
            if (isWhole ? reader.At("message"u8) : reader.At("delta"u8))
                ReadDelta(ref reader, json);
            else if (reader.At("finish_reason"u8))
                reason ??= reader.Text() is { Length: > 0 } said ? said : null;
            else if (reader.At("usage"u8))
                AddUsage(ref reader, json);
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                reader.Skip();
        }
    }

    // By value: the copy looks ahead, the original stays where it is. We never ask for more than one choice.
    private static bool IsFirst(Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return false;
        while (reader.NextProperty())
        {
            if (reader.At("index"u8))
                return reader.Count() is null or 0;
            reader.Skip();
        }
        return true;
    }

    private void ReadDelta(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("content"u8))
                ReadContent(ref reader);
            else if (reader.At("reasoning_content"u8))
                Add(Source.ReasoningContent, reader.Text());
            else if (reader.At("reasoning"u8))
                Add(Source.Reasoning, reader.Text());
            else if (reader.At("reasoning_details"u8))
            {
                var raw = reader.Raw(json);
                details?.Add(raw);
                var list = JsonWalk.Over(raw);
                list.Read();
                ReadParts(ref list, Source.Details);
            }
            else if (reader.At("tool_calls"u8))
                calls.Read(ref reader, json);
            else if (reader.At("annotations"u8))
                ReadAnnotations(ref reader);
            else if (reader.At("refusal"u8))
                AddRefusal(reader.Text());
            else
                reader.Skip();
        }
    }

    private void ReadAnnotations(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            if (OpenAiCitation.Read(ref reader) is not { } citation)
                continue;
            // These models search once for an answer and do not count it.
            if (dialect.Search == SearchStyle.Options)
                usage.Searched(1);
            (contents ??= []).Add(citation);
        }
    }

    private void ReadContent(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            ReadParts(ref reader, Source.Parts);
        else
            Split(reader.Text());
    }

    // Text parts, thinking parts (whose thinking is again a list of text parts), and OpenRouter's reasoning details.
    private void ReadParts(ref Utf8JsonReader reader, Source from, bool inThinking = false)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            if (!reader.EnterObject())
                continue;
            while (reader.NextProperty())
            {
                if (reader.At("thinking"u8))
                {
                    if (reader.TokenType == JsonTokenType.StartArray)
                        ReadParts(ref reader, Source.Parts, inThinking: true);
                    else
                        Add(Source.Parts, reader.Text());
                }
                else if (reader.At("summary"u8))
                    Add(from, reader.Text());
                else if (reader.At("refusal"u8))
                    AddRefusal(reader.Text());
                else if (!reader.At("text"u8))
                    reader.Skip();
                else if (from == Source.Details || inThinking)
                    Add(from, reader.Text());
                else
                    Split(reader.Text());
            }
        }
    }

    private void Split(string? piece)
    {
        if (tags is null || string.IsNullOrEmpty(piece))
        {
            AddText(piece);
            return;
        }
        var (thought, rest) = tags.Split(piece);
        Add(Source.Tags, thought);
        AddText(rest);
    }

    private void AddText(string? piece, bool joined = false)
    {
        if (string.IsNullOrEmpty(piece))
            return;
        var whole = joined ? piece : text.Join(piece);
        if (whole.Length > 0)
            (contents ??= []).Add(new TextContent(whole));
    }

    // Some give the same reasoning under two names at once: the first name that has text is the one for the whole stream.
    private void Add(Source from, string? piece)
    {
        if (string.IsNullOrEmpty(piece))
            return;
        if (source == Source.None)
            source = from;
        if (source != from)
            return;
        var whole = reasoning.Join(piece);
        if (whole.Length == 0)
            return;
        contents ??= [];
        // In a chunk that has both, the thought came before the text.
        var at = contents.FindIndex(content => content is TextContent);
        contents.Insert(at < 0 ? contents.Count : at, new TextReasoningContent(whole));
    }

    private void AddRefusal(string? piece)
    {
        refused |= !string.IsNullOrEmpty(piece);
        AddText(piece);
    }

    private void AddCalls()
    {
        if (details?.Whole() is { } whole)
            (contents ??= []).Add(whole);
        foreach (var call in calls.Whole(responseId))
            (contents ??= []).Add(call);
    }

    private void AddUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (usage.Read(ref reader, json) is { } content)
            (contents ??= []).Add(content);
    }

    private ChatResponseUpdate? Update(bool finishedBefore)
    {
        var finishes = IsFinished && !finishedBefore && Failure is null;
        if (finishes)
            AddCalls();
        if (contents is null && !finishes)
            return null;
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents ?? [])
        {
            ResponseId = responseId,
            ModelId = model,
            FinishReason = finishes ? Reason() : null,
        };
        contents = null;
        return update;
    }

    private ChatFinishReason Reason() =>
        refused
            ? ChatFinishReason.ContentFilter
            : reason switch
            {
                // Local servers say so after tool calls too.
                "stop" => calls.Any ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
                "length" or "model_length" => ChatFinishReason.Length,
                "content_filter" => ChatFinishReason.ContentFilter,
                "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
                _ => new ChatFinishReason(reason!),
            };

    private void Fail(ReadOnlySpan<byte> json) =>
        Failure = ProviderErrors.From(provider, ErrorBody.Read(json), redaction);

    // No inner exception: the parser's messages quote what they stumbled over, and that is content.
    private ProviderException Cut(string what) => new(ProviderErrorKind.Cut, $"{provider} {what}.");
}
