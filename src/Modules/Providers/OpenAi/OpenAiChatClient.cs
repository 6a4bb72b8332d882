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
) : WireChatClient(http, target, time)
{
    private readonly OpenAiDialect dialect = OpenAiDialect.Of(target.Dialect);

    protected override HttpRequestMessage Request(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var json = OpenAiWriting.Write(Target.ProviderId, model, dialect, messages, options);
        var request = Post($"{Target.BaseUrl}/chat/completions", json);
        if (Target.Key is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return request;
    }

    protected override IStreamReading Reading(ChatOptions? options, Redaction redaction) =>
        new OpenAiReading(Target.ProviderId, dialect, redaction, HasThinkTags(options));

    private bool HasThinkTags(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(StreamMarks.ThinkTags, out var asked) == true
        && asked is bool yes
            ? yes
            : Target.Options.ThinkTags;
}
