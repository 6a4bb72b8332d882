using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Settings;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>From messages and options to the request of the Messages API.</summary>
internal static class AnthropicWriting
{
    // From this version on a request with any sampling parameter fails.
    private const string NoSampling = "2026-10-21";

    public static byte[] Write(
        ModelInfo model,
        ProviderOptions settings,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var system = System(messages, options?.Instructions).ToList();
        var effort = Efforts.Wanted(model, options);
        var thinks = effort is not null and not Efforts.None;
        var maySample = string.CompareOrdinal(settings.ApiVersion, NoSampling) < 0;
        var request = new AnthropicRequest(
            model.WireName,
            options?.MaxOutputTokens ?? model.MaxOutputTokens,
            Turns(messages)
        )
        {
            System = system.Count > 0 ? system : null,
            CacheControl = settings.PromptCache ? new("ephemeral") : null,
            Thinking = effort is null
                ? null
                : new(thinks ? "adaptive" : "disabled", thinks ? Display(options) : null),
            OutputConfig = thinks ? new(effort!) : null,
            Temperature = maySample ? options?.Temperature : null,
            TopP = maySample ? options?.TopP : null,
            TopK = maySample ? options?.TopK : null,
            StopSequences = options?.StopSequences is { Count: > 0 } stop ? stop : null,
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, AnthropicJson.Wire.AnthropicRequest);
    }

    private static string Display(ChatOptions? options) =>
        options?.Reasoning?.Output == ReasoningOutput.None ? "omitted" : "summarized";

    private static IEnumerable<AnthropicBlock> System(
        IEnumerable<ChatMessage> messages,
        string? instructions
    ) =>
        messages
            .Where(message => message.Role == ChatRole.System)
            .Select(message => message.Text)
            .Prepend(instructions ?? string.Empty)
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => new AnthropicBlock("text") { Text = text });

    // Thinking of earlier turns may be left out as long as no tool was used in them, and here none is.
    private static List<AnthropicMessage> Turns(IEnumerable<ChatMessage> messages) =>
        [
            .. messages
                .Where(message => message.Role != ChatRole.System)
                .Select(message => new AnthropicMessage(
                    message.Role == ChatRole.Assistant ? "assistant" : "user",
                    [.. message.Contents.Select(Block).OfType<AnthropicBlock>()]
                ))
                .Where(turn => turn.Content.Count > 0),
        ];

    private static AnthropicBlock? Block(AIContent content) =>
        content switch
        {
            // A text block of nothing but white space is a 400.
            TextContent { Text: { } text } when !string.IsNullOrWhiteSpace(text) => new("text")
            {
                Text = text,
            },
            DataContent data when data.HasTopLevelMediaType("image") => new("image")
            {
                Source = Base64(data),
            },
            DataContent data when data.HasTopLevelMediaType("text") => new("document")
            {
                Title = data.Name,
                Source = new("text")
                {
                    MediaType = "text/plain",
                    Data = Encoding.UTF8.GetString(data.Data.Span),
                },
            },
            DataContent data => new("document") { Title = data.Name, Source = Base64(data) },
            UriContent link => new(link.HasTopLevelMediaType("image") ? "image" : "document")
            {
                Source = new("url") { Url = link.Uri.AbsoluteUri },
            },
            _ => null,
        };

    private static AnthropicSource Base64(DataContent data) =>
        new("base64") { MediaType = data.MediaType, Data = data.Base64Data.ToString() };
}
