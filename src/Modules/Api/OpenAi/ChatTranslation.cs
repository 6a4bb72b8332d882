using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>From a request for a chat completion to messages and options.</summary>
internal static class ChatTranslation
{
    private static readonly string[] Untranslatable =
    [
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "functions",
        "function_call",
        "prediction",
    ];

    public static TranslatedAsk Read(JsonElement body)
    {
        foreach (var name in Untranslatable)
            if (body.Member(name) is { ValueKind: not JsonValueKind.False })
                throw RefusedRequestException.Unsupported(
                    name,
                    "this model's provider has nothing of the kind."
                );
        return new TranslatedAsk([.. body.Items("messages").Select(Message)], Options(body));
    }

    private static ChatOptions Options(JsonElement body)
    {
        var options = new ChatOptions
        {
            Temperature = body.Number("temperature"),
            TopP = body.Number("top_p"),
            FrequencyPenalty = body.Number("frequency_penalty"),
            PresencePenalty = body.Number("presence_penalty"),
            Seed = (long?)body.Number("seed"),
            StopSequences = body.Texts("stop"),
            AllowMultipleToolCalls = body.Flag("parallel_tool_calls"),
            ToolMode = Mode(body.Member("tool_choice")),
        };
        if (body.Member("tools") is not null)
            options.Tools = [.. body.Items("tools").Select(Tool)];
        if (body.Member("web_search_options") is { ValueKind: JsonValueKind.Object })
            (options.Tools ??= []).Add(new HostedWebSearchTool());
        if (body.Member("response_format") is { } format)
            SetFormat(options, format, format.Member("json_schema"));
        if (body.Text("reasoning_effort") is { } effort)
            (options.AdditionalProperties ??= [])[DirectRun.EffortOption] = effort;
        return options;
    }

    private static ChatMessage Message(JsonElement message)
    {
        var role = message.Needed("role");
        return role switch
        {
            "system" or "developer" => new(ChatRole.System, Contents(message)),
            "user" => new(ChatRole.User, Contents(message)),
            "assistant" => new(ChatRole.Assistant, [.. Contents(message), .. Calls(message)]),
            "tool" => new(
                ChatRole.Tool,
                [
                    new FunctionResultContent(
                        message.Needed("tool_call_id"),
                        Joined(Contents(message))
                    ),
                ]
            ),
            _ => throw RefusedRequestException.Invalid(
                $"Messages of the role '{role}' are not supported.",
                "messages"
            ),
        };
    }

    private static List<AIContent> Contents(JsonElement message) =>
        message.Member("content") switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } text => [new TextContent(text.GetString())],
            _ => [.. message.Items("content").Select(Part)],
        };

    private static AIContent Part(JsonElement part) =>
        part.Needed("type") switch
        {
            "text" => new TextContent(part.Needed("text")),
            "refusal" => new TextContent(part.Needed("refusal")),
            "image_url" when part.Member("image_url") is { } image => JsonFields.Media(
                image.ValueKind == JsonValueKind.String ? image.GetString()! : image.Needed("url"),
                "image/*"
            ),
            "input_audio" when part.Member("input_audio") is { } audio => JsonFields.Base64(
                audio.Needed("data"),
                audio.Text("format") == "mp3" ? "audio/mpeg" : "audio/wav"
            ),
            "file" when part.Member("file") is { } file => File(file),
            var type => throw RefusedRequestException.Invalid(
                $"Parts of the type '{type}' are not supported.",
                "messages"
            ),
        };

    private static AIContent File(JsonElement file)
    {
        var content = JsonFields.Media(file.Needed("file_data"), "application/pdf");
        if (content is DataContent data)
            data.Name = file.Text("filename");
        return content;
    }

    private static IEnumerable<AIContent> Calls(JsonElement message) =>
        message
            .Items("tool_calls")
            .Select(call =>
                call.Member("function") is { } function
                    ? JsonFields.Call(
                        call.Needed("id"),
                        function.Needed("name"),
                        function.Text("arguments") ?? "{}"
                    )
                    : throw RefusedRequestException.Invalid(
                        "Only calls of functions are supported.",
                        "messages"
                    )
            );

    private static ToolDeclaration Tool(JsonElement tool) =>
        tool.Member("function") is { } function
            ? new ToolDeclaration(
                function.Needed("name"),
                function.Text("description"),
                function.Member("parameters"),
                function.Flag("strict")
            )
            : throw RefusedRequestException.Unsupported(
                "tools",
                "this model's provider takes only tools of the type 'function'."
            );

    public static ChatToolMode? Mode(JsonElement? choice) =>
        choice switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } word => word.GetString() switch
            {
                "none" => ChatToolMode.None,
                "auto" => ChatToolMode.Auto,
                "required" => ChatToolMode.RequireAny,
                _ => throw RefusedRequestException.Invalid(
                    "'tool_choice' must be none, auto, required or a function.",
                    "tool_choice"
                ),
            },
            { } choose when choose.Member("function") is { } function =>
                ChatToolMode.RequireSpecific(function.Needed("name")),
            _ => throw RefusedRequestException.Unsupported(
                "tool_choice",
                "this model's provider can be told one function."
            ),
        };

    /// <param name="named">Where the schema and its name are.</param>
    public static void SetFormat(ChatOptions options, JsonElement format, JsonElement? named)
    {
        switch (format.Needed("type"))
        {
            case "text":
                break;
            case "json_object":
                options.ResponseFormat = ChatResponseFormat.Json;
                break;
            case "json_schema" when named?.Member("schema") is { } schema:
                options.ResponseFormat = ChatResponseFormat.ForJsonSchema(
                    schema.Clone(),
                    named?.Text("name"),
                    named?.Text("description")
                );
                if (named?.Flag("strict") is { } strict)
                    (options.AdditionalProperties ??= [])["strict"] = strict;
                break;
            case var type:
                throw RefusedRequestException.Invalid(
                    $"'{type}' is no response format, or lacks its schema.",
                    "response_format"
                );
        }
    }

    /// <summary>A result of a tool: a text where there is nothing else.</summary>
    public static object Joined(List<AIContent> contents) =>
        contents.TrueForAll(part => part is TextContent)
            ? string.Concat(contents.Cast<TextContent>().Select(part => part.Text))
            : contents;
}
