using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>From a request for a response to messages and options.</summary>
internal static class ResponsesTranslation
{
    public static TranslatedAsk Read(JsonElement body)
    {
        if (body.Number("top_logprobs") > 0)
            throw RefusedRequestException.Unsupported(
                "top_logprobs",
                "this model's provider has nothing of the kind."
            );
        var messages = new List<ChatMessage>();
        if (body.Member("input") is { ValueKind: JsonValueKind.String } text)
            messages.Add(new ChatMessage(ChatRole.User, text.GetString()));
        else
            foreach (var item in body.Items("input"))
                // What was looked for is in the answer that followed.
                if (item.Text("type") != "web_search_call")
                    Add(messages, item);
        return new TranslatedAsk(messages, Options(body));
    }

    private static ChatOptions Options(JsonElement body)
    {
        var options = new ChatOptions
        {
            Instructions = body.Text("instructions"),
            Temperature = body.Number("temperature"),
            TopP = body.Number("top_p"),
            AllowMultipleToolCalls = body.Flag("parallel_tool_calls"),
            ToolMode = Mode(body.Member("tool_choice")),
        };
        if (body.Member("tools") is not null)
            options.Tools = [.. body.Items("tools").Select(Tool)];
        if (body.Member("text")?.Member("format") is { } format)
            ChatTranslation.SetFormat(options, format, format);
        if (body.Member("reasoning")?.Text("effort") is { } effort)
            (options.AdditionalProperties ??= [])[DirectRun.EffortOption] = effort;
        return options;
    }

    // What the model said in a row is one message, and so are the results of tools in a row.
    private static void Add(List<ChatMessage> messages, JsonElement item)
    {
        var (role, contents) = Item(item);
        if (
            (role == ChatRole.Assistant || role == ChatRole.Tool)
            && messages is [.., var last]
            && last.Role == role
        )
            foreach (var content in contents)
                last.Contents.Add(content);
        else
            messages.Add(new ChatMessage(role, contents));
    }

    private static (ChatRole Role, List<AIContent> Contents) Item(JsonElement item) =>
        (item.Text("type") ?? "message") switch
        {
            "message" => (Role(item.Needed("role")), Contents(item, "content")),
            "function_call" => (
                ChatRole.Assistant,
                [
                    JsonFields.Call(
                        item.Needed("call_id"),
                        item.Needed("name"),
                        item.Text("arguments") ?? "{}"
                    ),
                ]
            ),
            "function_call_output" => (
                ChatRole.Tool,
                [
                    new FunctionResultContent(
                        item.Needed("call_id"),
                        ChatTranslation.Joined(Contents(item, "output"))
                    ),
                ]
            ),
            "reasoning" => (
                ChatRole.Assistant,
                [
                    new TextReasoningContent(
                        string.Concat(item.Items("summary").Select(part => part.Text("text")))
                    )
                    {
                        ProtectedData = item.Text("encrypted_content"),
                    },
                ]
            ),
            var type => throw RefusedRequestException.Invalid(
                $"Items of the type '{type}' are not supported.",
                "input"
            ),
        };

    private static ChatRole Role(string role) =>
        role switch
        {
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "system" or "developer" => ChatRole.System,
            _ => throw RefusedRequestException.Invalid(
                $"Messages of the role '{role}' are not supported.",
                "input"
            ),
        };

    private static List<AIContent> Contents(JsonElement item, string name) =>
        item.Member(name) is { ValueKind: JsonValueKind.String } text
            ? [new TextContent(text.GetString())]
            : [.. item.Items(name).Select(Part)];

    private static AIContent Part(JsonElement part) =>
        part.Needed("type") switch
        {
            "input_text" or "output_text" or "text" => new TextContent(part.Needed("text")),
            "refusal" => new TextContent(part.Needed("refusal")),
            "input_image" => JsonFields.Media(part.Needed("image_url"), "image/*"),
            "input_file" => File(part),
            "input_audio" when part.Member("input_audio") is { } audio => JsonFields.Base64(
                audio.Needed("data"),
                audio.Text("format") == "mp3" ? "audio/mpeg" : "audio/wav"
            ),
            var type => throw RefusedRequestException.Invalid(
                $"Parts of the type '{type}' are not supported.",
                "input"
            ),
        };

    private static AIContent File(JsonElement part)
    {
        var content = JsonFields.Media(
            part.Text("file_data") ?? part.Needed("file_url"),
            "application/pdf"
        );
        if (content is DataContent data)
            data.Name = part.Text("filename");
        return content;
    }

    private static AITool Tool(JsonElement tool) =>
        OpenAiRules.IsSearch(tool.Text("type")) ? new HostedWebSearchTool()
        : tool.Text("type") == "function"
            ? new ToolDeclaration(
                tool.Needed("name"),
                tool.Text("description"),
                tool.Member("parameters"),
                tool.Flag("strict")
            )
        : throw RefusedRequestException.Unsupported(
            "tools",
            "this model's provider takes only tools of the type 'function' or 'web_search'."
        );

    private static ChatToolMode? Mode(JsonElement? choice) =>
        choice is { ValueKind: JsonValueKind.Object } chosen && chosen.Text("type") == "function"
            ? ChatToolMode.RequireSpecific(chosen.Needed("name"))
            : ChatTranslation.Mode(choice);
}
