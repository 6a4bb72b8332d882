using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>Says when a provider's counts do not add up: a new way of counting costs somebody money.</summary>
internal sealed partial class UsageAlarm(IChatClient inner, string provider, ILogger logger)
    : StreamingChatClient
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        UsageDetails? last = null;
        await foreach (
            var update in inner.GetStreamingResponseAsync(messages, options, cancellationToken)
        )
        {
            last = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? last;
            yield return update;
        }
        if (last is not null && UsageReading.Disagrees(last))
            Disagreement(
                logger,
                provider,
                last.InputTokenCount,
                last.OutputTokenCount,
                last.TotalTokenCount
            );
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Provider} counts {Input} tokens of input and {Output} of output, but {Total} in all; the larger output is billed"
    )]
    private static partial void Disagreement(
        ILogger logger,
        string provider,
        long? input,
        long? output,
        long? total
    );
}
