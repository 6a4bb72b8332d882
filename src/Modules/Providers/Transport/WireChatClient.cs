using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Errors;

namespace NetRoom.Providers.Transport;

/// <summary>Sends the request that a protocol writes and passes on what its reading makes of the answer.</summary>
internal abstract class WireChatClient(HttpClient http, ProviderTarget target, TimeProvider time)
    : StreamingChatClient
{
    protected ProviderTarget Target => target;

    public sealed override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
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
        var reading = Reading(options, redaction);
        while (!reading.IsDone && await call.NextAsync())
        {
            if (reading.Read(call.Data, call.IsWhole, call.IsError) is { } update)
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

    protected abstract HttpRequestMessage Request(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    );

    protected abstract IStreamReading Reading(ChatOptions? options, Redaction redaction);

    protected static HttpRequestMessage Post(string address, byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address))
        {
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        return request;
    }
}
