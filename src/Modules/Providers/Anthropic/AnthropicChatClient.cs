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
) : WireChatClient(http, target, time)
{
    protected override HttpRequestMessage Request(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var json = AnthropicWriting.Write(model, Target, messages, options);
        var request = Post(Address(), json);
        request.Headers.TryAddWithoutValidation("anthropic-version", Target.Options.ApiVersion);
        if (Target.Key is { } key)
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        return request;
    }

    protected override IStreamReading Reading(ChatOptions? options, Redaction redaction) =>
        new AnthropicReading(Target.ProviderId, redaction);

    // The base is written with and without the version in the wild.
    private string Address() =>
        Target.BaseUrl.EndsWith("/v1", StringComparison.Ordinal)
            ? $"{Target.BaseUrl}/messages"
            : $"{Target.BaseUrl}/v1/messages";
}
