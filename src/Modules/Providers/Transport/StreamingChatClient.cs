using Microsoft.Extensions.AI;

namespace NetRoom.Providers.Transport;

/// <summary>A chat client that always streams: a whole answer is a stream collected, so there is one way to read the wire.</summary>
internal abstract class StreamingChatClient : IChatClient
{
    public abstract IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    );

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var updates = new List<ChatResponseUpdate>();
        UsageContent? usage = null;
        await foreach (
            var update in GetStreamingResponseAsync(messages, options, cancellationToken)
        )
        {
            if (update.AdditionalProperties?.ContainsKey(StreamMarks.Restart) == true)
                updates.Clear();
            usage = update.Contents.OfType<UsageContent>().LastOrDefault() ?? usage;
            updates.Add(update);
        }
        var response = updates.ToChatResponse();
        // The collector would add up what is cumulative.
        response.Usage = usage?.Details;
        return response;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() { }
}
