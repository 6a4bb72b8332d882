using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>
/// From messages and options to the request of the Responses API. It knows no stop sequences, no seed, no top_k and no
/// penalties: they are left out.
/// </summary>
internal static class ResponsesWriting
{
    private const string SchemaName = "answer";

    public static byte[] Write(
        string provider,
        ModelInfo model,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options
    )
    {
        var tools = Tools(provider, options);
        var functions = tools.Exists(tool => tool.Type == "function");
        // Reasoning models refuse to be told how to sample.
        var sampling = model.Reasons ? null : options;
        var request = new ResponsesRequest(
            model.WireName,
            [.. new ResponsesInput(provider, model.Reasons).Write(messages)]
        )
        {
            Instructions = options?.Instructions is { Length: > 0 } words ? words : null,
            MaxOutputTokens = options?.MaxOutputTokens,
            Reasoning = model.Reasons ? Reasoning(model, options) : null,
            // Nothing is kept at the provider, so reasoning must come to us and go back.
            Include = model.Reasons ? ["reasoning.encrypted_content"] : null,
            Temperature = sampling?.Temperature,
            TopP = sampling?.TopP,
            Text = Format(options) is { } format ? new(format) : null,
            Tools = tools.Count > 0 ? tools : null,
            ToolChoice = tools.Count > 0 ? Choice(options?.ToolMode) : null,
            ParallelToolCalls = functions ? options?.AllowMultipleToolCalls : null,
            // Of the tools that run there; functions are none of them.
            MaxToolCalls = tools.Count > 0 ? ToolTalk.MostSearches(options) : null,
        };
        return JsonSerializer.SerializeToUtf8Bytes(request, ResponsesJson.Wire.ResponsesRequest);
    }

    private static ResponsesReasoning Reasoning(ModelInfo model, ChatOptions? options)
    {
        var effort = Efforts.Wanted(model, options);
        var shown = effort != Efforts.None && options?.Reasoning?.Output != ReasoningOutput.None;
        return new(effort, shown ? "auto" : null);
    }

    private static ResponsesFormat? Format(ChatOptions? options) =>
        options?.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: { } schema } json => new("json_schema")
            {
                Name = json.SchemaName ?? SchemaName,
                Description = json.SchemaDescription,
                Schema = schema,
                Strict = ToolTalk.IsStrict(options.AdditionalProperties),
            },
            ChatResponseFormatJson => new("json_object"),
            _ => null,
        };

    private static List<ResponsesTool> Tools(string provider, ChatOptions? options) =>
        [
            .. (options?.Tools ?? []).Select(tool =>
                tool switch
                {
                    AIFunctionDeclaration function => new ResponsesTool("function")
                    {
                        Name = function.Name,
                        Description = function.Description is { Length: > 0 } words ? words : null,
                        Parameters = function.JsonSchema,
                        // Unlike chat completions, it is strict unless told otherwise.
                        Strict = ToolTalk.IsStrict(function.AdditionalProperties) ?? false,
                    },
                    HostedWebSearchTool => new ResponsesTool("web_search"),
                    _ => throw ToolTalk.Unsupported(provider, $"the tool {tool.Name}"),
                }
            ),
        ];

    private static JsonNode? Choice(ChatToolMode? mode) =>
        mode switch
        {
            AutoChatToolMode => "auto",
            NoneChatToolMode => "none",
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject
            {
                ["type"] = "function",
                ["name"] = name,
            },
            RequiredChatToolMode => "required",
            _ => null,
        };
}
