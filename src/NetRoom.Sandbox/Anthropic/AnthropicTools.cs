using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>Tools, search and the form of the answer, and the rules about them.</summary>
internal static class AnthropicTools
{
    private const string Search = "web_search_";

    private static readonly string[] Fields =
    [
        "model",
        "messages",
        "max_tokens",
        "system",
        "stream",
        "stop_sequences",
        "thinking",
        "output_config",
        "tools",
        "tool_choice",
        "cache_control",
        "service_tier",
        "speed",
        "metadata",
        "inference_geo",
        "container",
        "diagnostics",
        "temperature",
        "top_p",
        "top_k",
    ];

    private static readonly string[] Pictures =
    [
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
    ];

    public static AnthropicError? Unknown(JsonElement body) =>
        body.EnumerateObject().Select(field => field.Name).Except(Fields).FirstOrDefault()
            is { } unknown
            ? AnthropicError.Invalid(unknown + ": Extra inputs are not permitted")
            : null;

    public static AnthropicError? Problem(JsonElement body)
    {
        if (
            !body.TryGetProperty("tools", out var tools)
            || tools.ValueKind is not JsonValueKind.Array
        )
        {
            return body.TryGetProperty("tool_choice", out _)
                ? AnthropicError.Invalid("tool_choice may only be specified while providing tools.")
                : null;
        }
        foreach (var (i, tool) in tools.EnumerateArray().Index())
        {
            if (tool.Text("name") is null)
            {
                return AnthropicError.Invalid($"tools.{i}.custom.name: Field required");
            }
            var custom = tool.Text("type") is null or "custom";
            if (
                custom
                && !(
                    tool.TryGetProperty("input_schema", out var schema)
                    && schema.Text("type") == "object"
                )
            )
            {
                return AnthropicError.Invalid(
                    $"tools.{i}.custom.input_schema.type: Input should be 'object'"
                );
            }
            if (!custom && !tool.Text("type")!.StartsWith(Search, StringComparison.Ordinal))
            {
                return AnthropicError.Invalid(
                    $"tools.{i}: Input tag '{tool.Text("type")}' does not match any of the expected tags"
                );
            }
        }
        return null;
    }

    /// <summary>Every call has its result in the message behind it, every result its call in the message before.</summary>
    public static AnthropicError? TurnProblem(JsonElement messages)
    {
        string[] open = [];
        foreach (var (i, message) in messages.EnumerateArray().Index())
        {
            var results = Ids(message, "tool_result", "tool_use_id");
            if (results.Except(open).FirstOrDefault() is { } stray)
            {
                return AnthropicError.Invalid(
                    $"messages.{i}.content: unexpected `tool_use_id` found in `tool_result` blocks: {stray}"
                );
            }
            if (open.Except(results).FirstOrDefault() is { } unanswered)
            {
                return Unanswered(i - 1, unanswered);
            }
            open = Ids(message, "tool_use", "id");
        }
        return open.Length > 0 ? Unanswered(messages.GetArrayLength() - 1, open[0]) : null;
    }

    /// <summary>With thinking on, a turn that called tools must come back with its thinking in front.</summary>
    public static AnthropicError? ThinkingProblem(JsonElement body, Reasoning reasoning)
    {
        if (reasoning is not Reasoning.Shown || !body.TryGetProperty("messages", out var messages))
        {
            return null;
        }
        foreach (var (i, message) in messages.EnumerateArray().Index())
        {
            if (
                Ids(message, "tool_use", "id").Length > 0
                && message.GetProperty("content")[0].Text("type")
                    is not ("thinking" or "redacted_thinking")
            )
            {
                return AnthropicError.Invalid(
                    $"messages.{i}.content.0.type: Expected `thinking` or `redacted_thinking`, but found another block."
                );
            }
        }
        return null;
    }

    public static bool IsFile(JsonElement block) =>
        block.TryGetProperty("source", out var source)
        && (
            source.Text("type") == "text"
            || (
                AnthropicBlock.Seen(block) is not null
                && (
                    source.Text("type") != "base64"
                    || (
                        block.Text("type") == "image"
                            ? Pictures.Contains(source.Text("media_type"))
                            : source.Text("media_type") == "application/pdf"
                    )
                )
            )
        );

    public static Ask Read(JsonElement body, Ask ask)
    {
        var tools = body.TryGetProperty("tools", out var offered)
            ? offered.EnumerateArray().ToList()
            : [];
        ask = ask with
        {
            Tools =
            [
                .. tools
                    .Where(tool => tool.TryGetProperty("input_schema", out _))
                    .Select(tool => new ToolOffer(
                        tool.Text("name") ?? "",
                        tool.GetProperty("input_schema")
                    )),
            ],
            Searches = tools.Exists(tool =>
                tool.Text("type")?.StartsWith(Search, StringComparison.Ordinal) == true
            ),
            Schema =
                body.TryGetProperty("output_config", out var config)
                && config.TryGetProperty("format", out var format)
                && format.TryGetProperty("schema", out var schema)
                    ? schema
                    : null,
        };
        return body.TryGetProperty("tool_choice", out var choice)
            ? ask with
            {
                ToolUse = choice.Text("type") switch
                {
                    "none" => ToolUse.Never,
                    "any" or "tool" => ToolUse.Always,
                    _ => ToolUse.Free,
                },
                OnlyTool = choice.Text("name"),
                OneCall =
                    choice.TryGetProperty("disable_parallel_tool_use", out var alone)
                    && alone.ValueKind is JsonValueKind.True,
            }
            : ask;
    }

    private static string[] Ids(JsonElement message, string type, string field) =>
        message.TryGetProperty("content", out var content)
        && content.ValueKind is JsonValueKind.Array
            ?
            [
                .. content
                    .EnumerateArray()
                    .Where(block => block.Text("type") == type)
                    .Select(block => block.Text(field) ?? ""),
            ]
            : [];

    private static AnthropicError Unanswered(int index, string id) =>
        AnthropicError.Invalid(
            $"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}"
        );
}
