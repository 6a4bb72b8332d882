using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>Reads chunk after chunk of generateContent: each is a whole response that holds the new parts only.</summary>
internal sealed class GeminiReading(string provider, Redaction redaction) : IStreamReading
{
    private readonly GeminiUsage usage = new();
    private readonly GeminiGrounding grounding = new();
    private readonly SplitText text = new();
    private readonly SplitText thinking = new();
    private List<AIContent>? contents;
    private AdditionalPropertiesDictionary? marks;
    private string? responseId;
    private string? model;
    private string? reason;
    private bool blocked;
    private bool failed;
    private int calls;

    // There is no terminal mark: the end is the end of the bytes.
    public bool IsDone { get; private set; }

    public bool IsFinished => reason is not null || blocked;

    public ProviderException? Failure { get; private set; }

    private bool IsWhole => IsDone || IsFinished;

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> json, bool isWhole, bool isError)
    {
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
            if (reader.TokenType == JsonTokenType.StartArray)
                ReadList(ref reader, json);
            else
                ReadChunk(ref reader, json);
            failed |= isWhole && !IsFinished;
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
            AddCitations();
        return Update(finishedBefore: true);
    }

    public ProviderException? Ending(ProviderException? broken) =>
        Failure ?? (IsWhole ? null : broken ?? Cut("ended before the answer did"));

    // Without alt=sse the chunks are the items of one array; an error may come in one, too.
    private void ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.NextItem())
            ReadChunk(ref reader, json);
    }

    private void ReadChunk(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("candidates"u8))
                ReadCandidates(ref reader);
            else if (reader.At("usageMetadata"u8))
                usage.Read(ref reader, json);
            else if (reader.At("promptFeedback"u8))
                ReadFeedback(ref reader, json);
            else if (reader.At("modelVersion"u8))
                model = reader.Text() is { Length: > 0 } name ? name : model;
            else if (reader.At("responseId"u8))
                responseId = reader.Text() is { Length: > 0 } id ? id : responseId;
            else if (reader.At("error"u8))
                SeeError(ref reader);
            else
                reader.Skip();
        }
    }

    private void SeeError(ref Utf8JsonReader reader)
    {
        failed |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
        reader.Skip();
    }

    // A prompt that is blocked has no candidates, and its tokens are counted all the same.
    private void ReadFeedback(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        var raw = reader.Raw(json);
        var feedback = JsonWalk.Over(raw);
        feedback.Read();
        feedback.EnterObject();
        while (feedback.NextProperty())
        {
            if (feedback.At("blockReason"u8))
                blocked |= feedback.Text() is { Length: > 0 } and not "BLOCK_REASON_UNSPECIFIED";
            else
                feedback.Skip();
        }
        if (blocked)
            (marks ??= [])[StreamMarks.StopDetails] = Encoding.UTF8.GetString(raw);
    }

    private void ReadCandidates(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        // We never ask for more than one.
        for (var first = true; reader.NextItem(); first = false)
        {
            if (first)
                ReadCandidate(ref reader);
            else
                reader.Skip();
        }
    }

    private void ReadCandidate(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("content"u8))
                ReadContent(ref reader);
            else if (reader.At("finishReason"u8))
                reason ??= reader.Text() is { Length: > 0 } word and not "FINISH_REASON_UNSPECIFIED"
                    ? word
                    : null;
            else if (reader.At("groundingMetadata"u8))
                usage.Searched(grounding.Read(ref reader));
            else
                reader.Skip();
        }
    }

    private void ReadContent(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (!reader.At("parts"u8))
                reader.Skip();
            else if (reader.EnterArray())
            {
                while (reader.NextItem())
                    AddPart(GeminiPiece.Read(ref reader));
            }
        }
    }

    private void AddPart(GeminiPiece piece)
    {
        if (piece.IsThought)
        {
            var thought = thinking.Join(piece.Text ?? string.Empty);
            if (thought.Length > 0 || piece.Signature is not null)
                Add(new TextReasoningContent(thought) { ProtectedData = piece.Signature });
            return;
        }
        // The signature goes before what it seals; sent back, it is put on that part again.
        if (piece.Signature is not null)
            Add(new TextReasoningContent(string.Empty) { ProtectedData = piece.Signature });
        if (piece.Text is { Length: > 0 } && text.Join(piece.Text) is { Length: > 0 } whole)
        {
            grounding.Said(whole);
            Add(new TextContent(whole));
        }
        if (piece.Name is { } name)
            Add(ToolTalk.Called(piece.Id ?? $"call_{responseId}_{calls}", name, piece.Arguments));
        calls += piece.Name is null ? 0 : 1;
    }

    private void AddCitations()
    {
        foreach (var citation in grounding.Take())
            Add(citation);
    }

    private void Add(AIContent content) => (contents ??= []).Add(content);

    private ChatResponseUpdate? Update(bool finishedBefore)
    {
        var finishes = IsFinished && !finishedBefore && Failure is null;
        if (finishes)
            AddCitations();
        if (usage.Take() is { } counted)
            Add(counted);
        if (contents is null && marks is null && !finishes)
            return null;
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents ?? [])
        {
            ResponseId = responseId,
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
            null => ChatFinishReason.ContentFilter,
            // Calls of tools end with it, too.
            "STOP" => calls > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            "MAX_TOKENS" => ChatFinishReason.Length,
            "SAFETY"
            or "RECITATION"
            or "BLOCKLIST"
            or "PROHIBITED_CONTENT"
            or "SPII"
            or "MODEL_ARMOR"
            or "IMAGE_SAFETY"
            or "IMAGE_PROHIBITED_CONTENT"
            or "IMAGE_RECITATION" => ChatFinishReason.ContentFilter,
            _ => new ChatFinishReason(reason),
        };

    private void Fail(ReadOnlySpan<byte> json) =>
        Failure = ProviderErrors.From(provider, ErrorBody.Read(json), redaction);

    // No inner exception: the parser's messages quote what they stumbled over, and that is content.
    private ProviderException Cut(string what) => new(ProviderErrorKind.Cut, $"{provider} {what}.");
}
