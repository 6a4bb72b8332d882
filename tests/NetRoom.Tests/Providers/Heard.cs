using System.Text;
using Microsoft.Extensions.AI;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>What a reader of the stream is left with.</summary>
internal sealed record Heard(
    string Text,
    string Reasoning,
    UsageContent? Usage,
    ChatFinishReason? Finish,
    Exception? Error,
    IReadOnlyList<ChatResponseUpdate> Updates
)
{
    public const string Prompt = "Tell me about the fjords of Norway, please.";

    public ProviderErrorKind? Kind => (Error as ProviderException)?.Kind;

    public UsageDetails Details => Usage!.Details;

    public IReadOnlyList<AIContent> Contents => [.. Updates.SelectMany(update => update.Contents)];

    public IReadOnlyList<FunctionCallContent> Calls => [.. Contents.OfType<FunctionCallContent>()];

    public IReadOnlyList<CitationAnnotation> Citations =>
        [
            .. Contents.SelectMany(content =>
                content.Annotations?.OfType<CitationAnnotation>() ?? []
            ),
        ];

    /// <summary>The answer as it goes into the next request.</summary>
    public ChatMessage Answer => Updates.ToChatResponse().Messages.Single();

    public long? Extra(string name) =>
        Details.AdditionalCounts is { } counts && counts.TryGetValue(name, out var count)
            ? count
            : null;

    public static async Task<Heard> ListenAsync(
        IChatClient client,
        ChatOptions? options = null,
        IReadOnlyList<ChatMessage>? messages = null,
        CancellationToken cancellation = default
    )
    {
        var (text, reasoning) = (new StringBuilder(), new StringBuilder());
        var updates = new List<ChatResponseUpdate>();
        UsageContent? usage = null;
        ChatFinishReason? finish = null;
        Exception? error = null;
        try
        {
            await foreach (
                var update in client.GetStreamingResponseAsync(
                    messages ?? [new ChatMessage(ChatRole.User, Prompt)],
                    options,
                    cancellation
                )
            )
            {
                updates.Add(update);
                if (update.AdditionalProperties?.ContainsKey(StreamMarks.Restart) == true)
                {
                    text.Clear();
                    reasoning.Clear();
                }
                foreach (var content in update.Contents)
                {
                    if (content is TextReasoningContent thought)
                        reasoning.Append(thought.Text);
                    else if (content is TextContent said)
                        text.Append(said.Text);
                    else if (content is UsageContent counted)
                        usage = counted;
                }
                finish = update.FinishReason ?? finish;
            }
        }
        catch (Exception caught)
        {
            error = caught;
        }
        return new(text.ToString(), reasoning.ToString(), usage, finish, error, updates);
    }
}
