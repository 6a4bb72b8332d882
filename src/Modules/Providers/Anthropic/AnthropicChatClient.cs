using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>The Messages API.</summary>
internal sealed class AnthropicChatClient(
    HttpClient http,
    ProviderTarget target,
    ModelInfo model,
    TimeProvider time
) : StreamingChatClient
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var redaction = new Redaction(target.Key, history, options?.Instructions);
        using var request = Request(history, options);
        using var call = new ProviderCall(http, target, time, cancellationToken);
        await call.OpenAsync(request, redaction);
        var reading = new AnthropicReading(target.ProviderId, redaction);
        while (!reading.IsDone && await call.NextAsync())
        {
            if (reading.Read(call.Data, call.IsError) is { } update)
                yield return update;
            if (reading.Failure is not null)
                break;
            if (reading.IsFinished)
                call.ExpectEnd();
        }
        if (reading.Finish() is { } rest)
            yield return rest;
        if (reading.Ending(call.Broken) is { } failure)
            throw failure;
    }

    private HttpRequestMessage Request(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var content = new ByteArrayContent(
            AnthropicWriting.Write(model, target.Options, messages, options)
        );
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, Address()) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("anthropic-version", target.Options.ApiVersion);
        if (target.Key is { } key)
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        return request;
    }

    // The base is written with and without the version in the wild.
    private Uri Address() =>
        target.BaseUrl.EndsWith("/v1", StringComparison.Ordinal)
            ? new Uri($"{target.BaseUrl}/messages")
            : new Uri($"{target.BaseUrl}/v1/messages");
}
