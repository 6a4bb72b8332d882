using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.OpenAi;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Anthropic;

/// <summary>From a request of the Messages API to messages and options.</summary>
internal static class MessagesTranslation
{
    // From how many tokens of a thinking budget on an effort is meant.
    private const int MediumBudget = 4_096;
    private const int HighBudget = 16_384;

    public static TranslatedAsk Read(JsonElement body)
    {
        var messages = body.Items("messages").SelectMany(Message).ToList();
        return new TranslatedAsk(messages, Options(body));
    }

    private static ChatOptions Options(JsonElement body)
    {
        var options = new ChatOptions
        {
            Instructions = System(body),
            Temperature = body.Number("temperature"),
            TopP = body.Number("top_p"),
            TopK = (int?)body.Number("top_k"),
            StopSequences = body.Texts("stop_sequences"),
            ResponseFormat = Format(body),
        };
        if (body.Member("tools") is not null)
            options.Tools = [.. body.Items("tools").Select(Tool)];
        if (body.Member("tool_choice") is { } choice)
        {
            options.ToolMode = Mode(choice);
            options.AllowMultipleToolCalls = choice.Flag("disable_parallel_tool_use") is { } alone
                ? !alone
                : null;
        }
        if (Effort(body) is { } effort)
            options.AdditionalProperties = new() { [DirectRun.EffortOption] = effort };
        return options;
    }

    private static string? System(JsonElement body) =>
        body.Member("system") switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            _ => string.Join(
                "\n\n",
                body.Items("system").Select(block => block.Text("text")).OfType<string>()
            ),
        };

    // A turn of the person may hold results of tools, which are messages of their own here.
    private static IEnumerable<ChatMessage> Message(JsonElement message)
    {
        var role = message.Needed("role") switch
        {
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "system" => ChatRole.System,
            var other => throw RefusedRequestException.Invalid(
                $"messages: '{other}' is no role; use 'user' or 'assistant'"
            ),
        };
        if (message.Member("content") is { ValueKind: JsonValueKind.String } text)
        {
            yield return new ChatMessage(role, text.GetString());
            yield break;
        }
        var contents = message.Items("content").Select(Block).OfType<AIContent>().ToList();
        var results = contents.OfType<FunctionResultContent>().Cast<AIContent>().ToList();
        if (results.Count > 0)
            yield return new ChatMessage(ChatRole.Tool, results);
        if (contents.Count > results.Count)
            yield return new ChatMessage(role, [.. contents.Except(results)]);
    }

    private static AIContent? Block(JsonElement block) =>
        block.Needed("type") switch
        {
            "text" => new TextContent(block.Needed("text")),
            "image" => Source(block, "image/*"),
            "document" => Document(block),
            "thinking" => new TextReasoningContent(block.Text("thinking"))
            {
                ProtectedData = block.Text("signature"),
            },
            "redacted_thinking" => new TextReasoningContent("")
            {
                ProtectedData = block.Text("data"),
            },
            "tool_use" => JsonFields.Call(
                block.Needed("id"),
                block.Needed("name"),
                block.Member("input")?.GetRawText() ?? "{}"
            ),
            // What was looked for is in the text that followed.
            "server_tool_use" or "web_search_tool_result" => null,
            "tool_result" => new FunctionResultContent(block.Needed("tool_use_id"), Result(block)),
            var type => throw RefusedRequestException.Invalid(
                $"messages: blocks of the type '{type}' are not supported by this model's provider"
            ),
        };

    private static object Result(JsonElement block)
    {
        if (block.Member("content") is { ValueKind: JsonValueKind.String } text)
            return text.GetString()!;
        return ChatTranslation.Joined([
            .. block.Items("content").Select(Block).OfType<AIContent>(),
        ]);
    }

    private static AIContent Document(JsonElement block)
    {
        var content = Source(block, "application/pdf");
        if (content is DataContent data)
            data.Name = block.Text("title");
        return content;
    }

    private static AIContent Source(JsonElement block, string mediaType)
    {
        if (block.Member("source") is not { } source)
            throw RefusedRequestException.Invalid("messages: a block lacks its source");
        return source.Needed("type") switch
        {
            "base64" => JsonFields.Base64(
                source.Needed("data"),
                source.Text("media_type") ?? mediaType
            ),
            "url" => JsonFields.Media(source.Needed("url"), mediaType),
            "text" => new TextContent(source.Needed("data")),
            var type => throw RefusedRequestException.Invalid(
                $"messages: a source of the type '{type}' is not supported"
            ),
        };
    }

    private static AITool Tool(JsonElement tool) =>
        tool.Text("type") == Messages.Search
            ? new HostedWebSearchTool()
            : new ToolDeclaration(
                tool.Needed("name"),
                tool.Text("description"),
                tool.Member("input_schema"),
                tool.Flag("strict")
            );

    private static ChatToolMode Mode(JsonElement choice) =>
        choice.Needed("type") switch
        {
            "auto" => ChatToolMode.Auto,
            "any" => ChatToolMode.RequireAny,
            "none" => ChatToolMode.None,
            "tool" => ChatToolMode.RequireSpecific(choice.Needed("name")),
            var type => throw RefusedRequestException.Invalid(
                $"tool_choice: '{type}' is none of auto, any, none, tool"
            ),
        };

    private static ChatResponseFormatJson? Format(JsonElement body) =>
        body.Member("output_config")?.Member("format") is { } format
        && format.Member("schema") is { } schema
            ? ChatResponseFormat.ForJsonSchema(schema.Clone(), "answer")
            : null;

    private static string? Effort(JsonElement body)
    {
        if (body.Member("output_config")?.Text("effort") is { } effort)
            return effort;
        return body.Member("thinking") is not { } thinking
            ? null
            : thinking.Text("type") switch
            {
                "disabled" => "none",
                "enabled" => thinking.Number("budget_tokens") switch
                {
                    >= HighBudget => "high",
                    >= MediumBudget => "medium",
                    _ => "low",
                },
                "adaptive" => "medium",
                _ => null,
            };
    }
}
