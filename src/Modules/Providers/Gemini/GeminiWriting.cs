using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>From messages and options to the request of generateContent.</summary>
internal static class GeminiWriting
{
    public static byte[] Write(
        string provider,
        ModelInfo model,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var system = messages
            .Where(message => message.Role == ChatRole.System)
            .Select(message => message.Text)
            .Prepend(options?.Instructions ?? string.Empty)
            .Where(text => text.Length > 0)
            .Select(text => new GeminiPart { Text = text })
            .ToList();
        var tools = Tools(provider, options);
        var config = Config(model, options);
        var request = new GeminiRequest(new GeminiTurns(provider).Of(messages))
        {
            SystemInstruction = system.Count > 0 ? new(null, system) : null,
            Tools = tools.Count > 0 ? tools : null,
            ToolConfig = tools.Exists(tool => tool.FunctionDeclarations is not null)
                ? Choice(options?.ToolMode)
                : null,
            GenerationConfig = config == new GeminiConfig() ? null : config,
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, GeminiJson.Wire.GeminiRequest);
    }

    private static GeminiConfig Config(ModelInfo model, ChatOptions? options)
    {
        var json = options?.ResponseFormat as ChatResponseFormatJson;
        return new()
        {
            MaxOutputTokens = options?.MaxOutputTokens,
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            TopK = options?.TopK,
            PresencePenalty = options?.PresencePenalty,
            FrequencyPenalty = options?.FrequencyPenalty,
            Seed = options?.Seed,
            StopSequences = options?.StopSequences is { Count: > 0 } stop ? stop : null,
            ResponseMimeType = json is null ? null : "application/json",
            ResponseJsonSchema = json?.Schema,
            ThinkingConfig = model.Reasons ? Thinking(model, options) : null,
        };
    }

    private static GeminiThinking Thinking(ModelInfo model, ChatOptions? options)
    {
        var effort = Efforts.Wanted(model, options);
        // The second generation knows budgets, all later ones levels, and each refuses the other's.
        var budgets = model.WireName.StartsWith("gemini-2.", StringComparison.Ordinal);
        return new()
        {
            IncludeThoughts =
                options?.Reasoning?.Output != ReasoningOutput.None && effort != Efforts.None,
            ThinkingLevel =
                budgets || effort is null ? null
                : effort == Efforts.None ? "MINIMAL"
                : effort.ToUpperInvariant(),
            ThinkingBudget = budgets ? Budget(effort) : null,
        };
    }

    private static int? Budget(string? effort) =>
        effort switch
        {
            null => null,
            Efforts.None => 0,
            "minimal" => 512,
            "low" => 1024,
            "medium" => 8192,
            _ => 24576,
        };

    private static List<GeminiTool> Tools(string provider, ChatOptions? options)
    {
        var tools = new List<GeminiTool>();
        var functions = new List<GeminiFunction>();
        foreach (var tool in options?.Tools ?? [])
        {
            if (tool is AIFunctionDeclaration function)
                functions.Add(
                    new(
                        function.Name,
                        function.Description is { Length: > 0 } words ? words : null,
                        function.JsonSchema
                    )
                );
            else if (tool is HostedWebSearchTool)
                tools.Add(new() { GoogleSearch = new() });
            else
                throw ToolTalk.Unsupported(provider, $"the tool {tool.Name}");
        }
        if (functions.Count > 0)
            tools.Add(new() { FunctionDeclarations = functions });
        return tools;
    }

    private static GeminiToolConfig? Choice(ChatToolMode? mode) =>
        mode switch
        {
            AutoChatToolMode => new(new("AUTO", null)),
            NoneChatToolMode => new(new("NONE", null)),
            RequiredChatToolMode { RequiredFunctionName: { } name } => new(new("ANY", [name])),
            RequiredChatToolMode => new(new("ANY", null)),
            _ => null,
        };
}
