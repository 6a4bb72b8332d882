using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Routing;

/// <summary>
/// Tries again, with another key or by another route, but only before the first byte of content. The timeouts hold for each
/// attempt alone; usage that a failed attempt reported stays until the next attempt reports its own.
/// </summary>
internal sealed class RoutedChatClient(ModelInfo model, Router router) : StreamingChatClient
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var plan = router.Plan(model, StickyOf(options), router.Text);
        for (var attempt = plan.First(); ; )
        {
            var opening = new Opening(attempt.Route, router, history, options);
            var failure = await opening.TryAsync(cancellationToken);
            await using var updates = opening.Updates;
            foreach (var update in opening.Early)
                yield return update;
            if (failure is null)
            {
                while (updates is not null && await updates.MoveNextAsync())
                    yield return updates.Current;
                yield break;
            }

            attempt = router.After(plan, attempt.Route, failure) ?? throw failure;
            await Task.Delay(attempt.Wait, router.Time, cancellationToken);
        }
    }

    private static string? StickyOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(StreamMarks.Sticky, out var sticky) == true
            ? sticky as string
            : null;

    /// <summary>An attempt up to its first content, which is what a circuit counts.</summary>
    private sealed class Opening(
        Route route,
        Router router,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        /// <summary>What came up to the first content, and it.</summary>
        public List<ChatResponseUpdate> Early { get; } = [];

        /// <summary>What comes after; null when the answer is over.</summary>
        public IAsyncEnumerator<ChatResponseUpdate>? Updates { get; private set; }

        public ValueTask<ProviderException?> TryAsync(CancellationToken cancel) =>
            router.TryAsync(
                route,
                static (opening, token) => opening.OpenAsync(token),
                this,
                cancel
            );

        private async ValueTask OpenAsync(CancellationToken cancel)
        {
            Updates = router
                .Client(route)
                .GetStreamingResponseAsync(messages, options, cancel)
                .GetAsyncEnumerator(cancel);
            while (await Updates.MoveNextAsync())
            {
                Early.Add(Updates.Current);
                if (Updates.Current.Contents.Any(content => content is not UsageContent))
                    return;
            }
        }
    }
}
