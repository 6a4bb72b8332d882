using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>Google's generateContent, streamed.</summary>
internal sealed class GeminiChatClient(
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
        var json = GeminiWriting.Write(Target.ProviderId, model, messages, options);
        var name = Uri.EscapeDataString(model.WireName);
        // Without alt=sse the stream is one growing JSON array.
        var request = Post($"{Target.BaseUrl}/models/{name}:streamGenerateContent?alt=sse", json);
        if (Target.Key is { } key)
            request.Headers.TryAddWithoutValidation("x-goog-api-key", key);
        return request;
    }

    protected override IStreamReading Reading(ChatOptions? options, Redaction redaction) =>
        new GeminiReading(Target.ProviderId, redaction);
}
