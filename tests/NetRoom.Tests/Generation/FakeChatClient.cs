using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace NetRoom.Tests.Generation;

/// <summary>Streams what a test says, as a provider would.</summary>
internal sealed class FakeChatClient(
    Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> stream
) : IChatClient
{
    public static ChatResponseUpdate Says(string text) => new(ChatRole.Assistant, text);

    public static ChatResponseUpdate Ends(int input, int output) =>
        new(
            ChatRole.Assistant,
            [
                new UsageContent(
                    new UsageDetails { InputTokenCount = input, OutputTokenCount = output }
                ),
            ]
        )
        {
            FinishReason = ChatFinishReason.Stop,
        };

    /// <summary>Answers with these updates at once.</summary>
    public static FakeChatClient Of(params ChatResponseUpdate[] updates) =>
        new(cancel => All(updates, cancel));

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => stream(cancellationToken);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        GetStreamingResponseAsync(messages, options, cancellationToken)
            .ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }

    private static async IAsyncEnumerable<ChatResponseUpdate> All(
        ChatResponseUpdate[] updates,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        foreach (var update in updates)
        {
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            yield return update;
        }
    }
}
