using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>Reads event after event of a response. Deltas give text; items give what is only good when it is whole.</summary>
internal sealed class ResponsesReading(string provider, Redaction redaction) : IStreamReading
{
    private readonly OpenAiUsage usage = new(new());
    private readonly ResponsesItems items = new();
    private readonly SplitText text = new();
    private readonly SplitText thinking = new();
    private List<AIContent>? contents;
    private ProviderException? announced;
    private string? responseId;
    private string? model;
    private string? ending;
    private bool summarises;
    private bool refused;

    public bool IsDone { get; private set; }

    // An error event is usually followed by response.failed, which has the usage.
    public bool IsFinished => announced is not null;

    public ProviderException? Failure { get; private set; }

    public ChatResponseUpdate? Read(ReadOnlySpan<byte> json, bool isWhole, bool isError)
    {
        if (json.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return null;
        }
        try
        {
            if (isWhole)
                ReadWhole(json);
            else
                ReadEvent(ResponsesEvent.Read(json), json, isError);
        }
        catch (JsonException)
        {
            Failure = isError ? Error(json) : Cut("sent an event that is not JSON");
        }
        return Update();
    }

    public ChatResponseUpdate? Finish()
    {
        Failure ??= announced;
        // Half a character is worth a mark in a finished text, and nothing in one that was cut.
        if (IsDone && text.Rest() is { Length: > 0 } rest)
            Add(new TextContent(rest));
        return Update();
    }

    public ProviderException? Ending(ProviderException? broken) =>
        Failure ?? (IsDone ? null : broken ?? Cut("ended before the answer did"));

    private void ReadWhole(ReadOnlySpan<byte> json)
    {
        if (ResponsesBody.Read(json) is { IsResponse: true } body)
            ReadEnd(body.Status ?? "completed", json);
        else
            Failure = Error(json);
    }

    private void ReadEvent(ResponsesEvent found, ReadOnlySpan<byte> json, bool isError)
    {
        switch (found.Type)
        {
            case "response.output_text.delta":
                AddText(found.Delta);
                break;
            case "response.refusal.delta":
                refused |= found.Delta is { Length: > 0 };
                AddText(found.Delta);
                break;
            case "response.reasoning_summary_text.delta":
                summarises = true;
                AddThought(found.Delta);
                break;
            // The raw reasoning of open models; with a summary beside it the summary is the one.
            case "response.reasoning_text.delta" when !summarises:
                AddThought(found.Delta);
                break;
            case "response.reasoning_summary_part.added" when found.SummaryIndex > 0:
                AddThought("\n\n");
                break;
            case "response.content_part.added":
                items.BeginPart();
                break;
            case "response.output_text.annotation.added":
                Add(items.Citation(json[found.Annotation]));
                break;
            case "response.output_item.done":
                Add(items.Done(json[found.Item]));
                break;
            case "response.completed"
            or "response.incomplete"
            or "response.failed"
            or "response.cancelled":
                ReadEnd(found.Type["response.".Length..], json[found.Response]);
                break;
            case "error":
                announced ??= Error(json);
                break;
            case null when found.HasError || isError:
                Failure = Error(json);
                break;
            default:
                ReadHead(json[found.Response]);
                break;
        }
    }

    private void ReadHead(ReadOnlySpan<byte> response)
    {
        if (!response.IsEmpty)
            Name(ResponsesBody.Read(response));
    }

    private void Name(ResponsesBody body)
    {
        responseId = body.Id ?? responseId;
        model = body.Model ?? model;
    }

    private void ReadEnd(string status, ReadOnlySpan<byte> response)
    {
        var body = ResponsesBody.Read(response);
        Name(body);
        // Servers that give only the whole at its end, and answers that are no stream.
        if (items.IsEmpty)
            ReadOutput(response[body.Output]);
        usage.Searched(body.Searches ?? items.Searches);
        var counted = response[body.Usage];
        if (!counted.IsEmpty)
        {
            var reader = JsonWalk.Over(counted);
            reader.Read();
            Add(usage.Read(ref reader, counted));
        }
        if (announced is not null || status is "failed" or "cancelled")
        {
            Failure = announced ?? Error(response);
            return;
        }
        ending = body.Reason ?? status;
        IsDone = true;
    }

    private void ReadOutput(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty)
            return;
        var spoken = items.TextLength > 0;
        foreach (var item in ResponsesOutput.Read(output, items))
        {
            if (item is ResponsesOutput.Words words && !spoken)
            {
                refused |= words.Refuses;
                AddText(words.Text);
            }
            else if (item is ResponsesOutput.Thought thought && !spoken)
                AddThought(thought.Text);
            else if (item is ResponsesOutput.Item { Content: var content })
                Add(content);
        }
    }

    private void AddText(string? piece)
    {
        if (string.IsNullOrEmpty(piece) || text.Join(piece) is not { Length: > 0 } whole)
            return;
        items.Said(whole.Length);
        Add(new TextContent(whole));
    }

    private void AddThought(string? piece)
    {
        if (!string.IsNullOrEmpty(piece) && thinking.Join(piece) is { Length: > 0 } whole)
            Add(new TextReasoningContent(whole));
    }

    private void Add(AIContent? content)
    {
        if (content is not null)
            (contents ??= []).Add(content);
    }

    private ChatResponseUpdate? Update()
    {
        var finishes = ending is not null && Failure is null;
        if (contents is null && !finishes)
            return null;
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents ?? [])
        {
            ResponseId = responseId,
            ModelId = model,
            FinishReason = finishes ? Reason(ending!) : null,
        };
        (contents, ending) = (null, null);
        return update;
    }

    private ChatFinishReason Reason(string why) =>
        refused
            ? ChatFinishReason.ContentFilter
            : why switch
            {
                "completed" => items.CalledTool
                    ? ChatFinishReason.ToolCalls
                    : ChatFinishReason.Stop,
                "max_output_tokens" => ChatFinishReason.Length,
                "content_filter" => ChatFinishReason.ContentFilter,
                _ => new ChatFinishReason(why),
            };

    private ProviderException Error(ReadOnlySpan<byte> json) =>
        ProviderErrors.From(provider, ErrorBody.Read(json), redaction);

    // No inner exception: the parser's messages quote what they stumbled over, and that is content.
    private ProviderException Cut(string what) => new(ProviderErrorKind.Cut, $"{provider} {what}.");
}
