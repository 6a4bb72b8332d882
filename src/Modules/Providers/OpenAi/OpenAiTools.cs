using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>What a request says of tools, search and the form of the answer.</summary>
internal sealed class OpenAiTools
{
    private const string SchemaName = "answer";

    public OpenAiTools(string provider, OpenAiDialect dialect, ChatOptions? options)
    {
        var functions = new List<OpenAiTool>();
        foreach (var tool in options?.Tools ?? [])
        {
            if (tool is AIFunctionDeclaration function)
                functions.Add(new("function", Declared(function)));
            else if (tool is HostedWebSearchTool && dialect.Search != SearchStyle.None)
                Searches = true;
            else
                throw ToolTalk.Unsupported(provider, $"the tool {tool.Name}");
        }
        Functions = functions.Count > 0 ? functions : null;
        Choice = functions.Count > 0 ? ChoiceOf(options?.ToolMode) : null;
        Instructions = options?.Instructions;
        if (options?.ResponseFormat is not ChatResponseFormatJson json)
            return;
        Format =
            json.Schema is { } schema && dialect.Schemas
                ? new("json_schema") { JsonSchema = Schema(json, schema, options) }
                : new("json_object");
        if (json.Schema is { } unspoken && !dialect.Schemas)
            Instructions =
                $"{Instructions}\n\nAnswer with JSON that fits this schema:\n{unspoken.GetRawText()}".TrimStart();
    }

    public IReadOnlyList<OpenAiTool>? Functions { get; }

    public bool Searches { get; }

    public JsonNode? Choice { get; }

    public OpenAiFormat? Format { get; }

    /// <summary>The caller's instructions, with the schema where the dialect has no other place for it.</summary>
    public string? Instructions { get; }

    private static OpenAiFunction Declared(AIFunctionDeclaration function) =>
        new(function.Name)
        {
            Description = function.Description is { Length: > 0 } words ? words : null,
            Parameters = function.JsonSchema,
            Strict = ToolTalk.IsStrict(function.AdditionalProperties),
        };

    private static OpenAiSchema Schema(
        ChatResponseFormatJson format,
        JsonElement schema,
        ChatOptions options
    ) =>
        new(
            format.SchemaName ?? SchemaName,
            format.SchemaDescription,
            schema,
            ToolTalk.IsStrict(options.AdditionalProperties)
        );

    private static JsonNode? ChoiceOf(ChatToolMode? mode) =>
        mode switch
        {
            AutoChatToolMode => "auto",
            NoneChatToolMode => "none",
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject
            {
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = name },
            },
            RequiredChatToolMode => "required",
            _ => null,
        };
}
