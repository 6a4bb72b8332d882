using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>OpenAI's Responses API, without state at the provider.</summary>
internal sealed class ResponsesChatClient(
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
        var json = ResponsesWriting.Write(Target.ProviderId, model, messages, options);
        var request = Post($"{Target.BaseUrl}/responses", json);
        if (Target.Key is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return request;
    }

    protected override IStreamReading Reading(ChatOptions? options, Redaction redaction) =>
        new ResponsesReading(Target.ProviderId, redaction);
}
