using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>What a client from another package is made with.</summary>
/// <param name="BaseUrl">Of the settings or the catalogue, without a slash at the end.</param>
/// <param name="Key">One of the provider's keys; null where it needs none.</param>
/// <param name="Model">The model by its <see cref="ModelInfo.WireName"/>.</param>
/// <param name="Http">Follows no redirects and has no timeout of its own.</param>
public sealed record ProviderEndpoint(
    string ProviderId,
    string BaseUrl,
    string? Key,
    ModelInfo Model,
    HttpClient Http
);

/// <summary>How any other <see cref="IChatClient"/> becomes a provider.</summary>
public static class ForeignChatClients
{
    /// <summary>
    /// Providers of the catalogue with this protocol are asked through the client. Routes, keys, circuits and retries are ours; what it
    /// throws is sorted, and an update without contents counts for nothing.
    /// </summary>
    public static IServiceCollection AddChatClient(
        this IServiceCollection services,
        string protocol,
        Func<ProviderEndpoint, IChatClient> create
    ) =>
        services.AddSingleton(
            new ChatProtocol(
                protocol,
                "/" + protocol,
                route => new ForeignChatClient(
                    create(
                        new ProviderEndpoint(
                            route.Target.ProviderId,
                            route.Target.BaseUrl,
                            route.Target.Key,
                            route.Model,
                            route.Http
                        )
                    ),
                    route.Target
                )
            )
        );
}

/// <summary>Gives a client that knows nothing of us our clock and our kinds of failure.</summary>
internal sealed class ForeignChatClient(IChatClient inner, ProviderTarget target)
    : StreamingChatClient
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var updates = inner
            .GetStreamingResponseAsync(messages, options, idle.Token)
            .GetAsyncEnumerator(idle.Token);
        while (true)
        {
            idle.CancelAfter(target.IdleTimeout);
            try
            {
                if (!await updates.MoveNextAsync())
                    yield break;
            }
            catch (Exception error) when (error is not ProviderException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new ProviderException(
                    Kind(error),
                    $"{target.ProviderId} failed ({error.GetType().Name}).",
                    error
                );
            }

            yield return updates.Current;
        }
    }

    private static ProviderErrorKind Kind(Exception error) =>
        error switch
        {
            OperationCanceledException => ProviderErrorKind.Timeout,
            HttpRequestException { StatusCode: { } status } => (int)status switch
            {
                401 or 403 => ProviderErrorKind.Key,
                402 => ProviderErrorKind.Quota,
                404 or 410 => ProviderErrorKind.NotFound,
                413 => ProviderErrorKind.TooLong,
                429 => ProviderErrorKind.RateLimited,
                >= 500 => ProviderErrorKind.Overloaded,
                _ => ProviderErrorKind.BadRequest,
            },
            HttpRequestException => ProviderErrorKind.Unreachable,
            IOException => ProviderErrorKind.Cut,
            _ => ProviderErrorKind.Overloaded,
        };
}
