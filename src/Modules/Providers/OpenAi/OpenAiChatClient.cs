using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>Chat completions, as OpenAI and everyone compatible with it speak them.</summary>
internal sealed class OpenAiChatClient(
    HttpClient http,
    ProviderTarget target,
    ModelInfo model,
    TimeProvider time
) : StreamingChatClient
{
    private readonly OpenAiDialect dialect = OpenAiDialect.Of(target.Dialect);

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
        var reading = new OpenAiReading(
            target.ProviderId,
            dialect,
            redaction,
            HasThinkTags(options)
        );
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

    private HttpRequestMessage Request(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var content = new ByteArrayContent(OpenAiWriting.Write(model, dialect, messages, options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri($"{target.BaseUrl}/chat/completions")
        )
        {
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (target.Key is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return request;
    }

    private bool HasThinkTags(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(StreamMarks.ThinkTags, out var asked) == true
        && asked is bool yes
            ? yes
            : target.Options.ThinkTags;
}
