using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>Tools, search and the form of the answer, as a chat completion asks for them.</summary>
internal static class OpenAiToolWish
{
    public static OpenAiError? Problem(JsonElement body)
    {
        if (
            !body.TryGetProperty("tools", out var tools)
            || tools.ValueKind is not JsonValueKind.Array
        )
        {
            return body.TryGetProperty("tool_choice", out _)
                ? OpenAiError.Invalid(
                    "'tool_choice' is only allowed when 'tools' are specified.",
                    "tool_choice"
                )
                : FormatProblem(body);
        }
        foreach (var (i, tool) in tools.EnumerateArray().Index())
        {
            if (Text(tool, "type") != "function")
            {
                return OpenAiError.Invalid(
                    $"Invalid value: '{Text(tool, "type")}'. Supported values are: 'function' and 'custom'.",
                    $"tools[{i}].type",
                    "invalid_value"
                );
            }
            if (
                !tool.TryGetProperty("function", out var function) || Text(function, "name") is null
            )
            {
                return OpenAiRequest.Missing($"tools[{i}].function.name");
            }
        }
        return FormatProblem(body);
    }

    public static Ask Read(JsonElement body, Ask ask)
    {
        ask = ask with
        {
            Tools = Offers(body),
            OneCall =
                body.TryGetProperty("parallel_tool_calls", out var parallel)
                && parallel.ValueKind is JsonValueKind.False,
            Searches =
                body.TryGetProperty("web_search_options", out var search)
                && search.ValueKind is JsonValueKind.Object,
        };
        if (body.TryGetProperty("tool_choice", out var choice))
        {
            ask = ask with { ToolUse = UseOf(choice), OnlyTool = Only(choice) };
        }
        if (!body.TryGetProperty("response_format", out var format))
        {
            return ask;
        }
        return ask with
        {
            Json = Text(format, "type") == "json_object",
            Schema = format.TryGetProperty("json_schema", out var named) ? Schema(named) : null,
        };
    }

    public static ToolUse UseOf(JsonElement choice) =>
        choice.ValueKind is JsonValueKind.Object ? ToolUse.Always
        : choice.ValueKind is not JsonValueKind.String ? ToolUse.Free
        : choice.GetString() switch
        {
            "none" => ToolUse.Never,
            "required" => ToolUse.Always,
            _ => ToolUse.Free,
        };

    private static string? Only(JsonElement choice) =>
        choice.ValueKind is JsonValueKind.Object
        && choice.TryGetProperty("function", out var function)
            ? Text(function, "name")
            : null;

    private static OpenAiError? FormatProblem(JsonElement body)
    {
        if (
            !body.TryGetProperty("response_format", out var format)
            || Text(format, "type") != "json_schema"
        )
        {
            return null;
        }
        return
            format.TryGetProperty("json_schema", out var named) && Text(named, "name") is { } name
            ? name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
            && name.Length is > 0 and <= 64
                ? null
                : OpenAiError.Invalid(
                    "Invalid 'response_format.json_schema.name': string does not match pattern.",
                    "response_format.json_schema.name",
                    "invalid_value"
                )
            : OpenAiRequest.Missing("response_format.json_schema.name");
    }

    private static JsonElement? Schema(JsonElement named) =>
        named.TryGetProperty("schema", out var schema) ? schema : null;

    private static List<ToolOffer> Offers(JsonElement body) =>
        body.TryGetProperty("tools", out var tools)
            ?
            [
                .. tools
                    .EnumerateArray()
                    .Select(tool => tool.GetProperty("function"))
                    .Select(function => new ToolOffer(
                        Text(function, "name") ?? "",
                        function.TryGetProperty("parameters", out var schema) ? schema : null
                    )),
            ]
            : [];

    private static string? Text(JsonElement element, string field) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(field, out var value)
        && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
