using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Responses;

/// <summary>The part of a request the sandbox acts on.</summary>
/// <param name="Summary">The reasoning is shown in summary; without it the item is empty.</param>
/// <param name="Encrypted">The reasoning is given sealed, to be sent back.</param>
internal sealed record ResponsesRequest(Ask Ask, bool Stream, bool Summary, bool Encrypted)
{
    public static ResponsesRequest? Read(JsonElement body, out OpenAiError? error)
    {
        error = Problem(body);
        if (error is not null)
        {
            return null;
        }
        var turns = ResponsesInput.Read(body, out error);
        var (reasoning, sentences, summary) = Reasoning(body, ref error);
        var most = Most(body, ref error);
        if (turns is null || error is not null)
        {
            return null;
        }
        var tools = body.TryGetProperty("tools", out var defined)
            ? Tokenizer.Count(defined.GetRawText())
            : 0;
        var ask = new Ask(Protocol.Responses, new Prompt(turns, tools))
        {
            Reasoning = reasoning,
            ThoughtLength = sentences,
            MaxTokens = most,
        };
        var encrypted =
            body.TryGetProperty("include", out var include)
            && include
                .EnumerateArray()
                .Any(one => one.GetString() == "reasoning.encrypted_content");
        var stream =
            body.TryGetProperty("stream", out var wish) && wish.ValueKind is JsonValueKind.True;
        return new ResponsesRequest(Wishes(body, ask), stream, summary, encrypted);
    }

    private static OpenAiError? Problem(JsonElement body)
    {
        if (!body.TryGetProperty("input", out _))
        {
            return OpenAiRequest.Missing("input");
        }
        if (
            body.TryGetProperty("previous_response_id", out var id)
            && id.ValueKind is JsonValueKind.String
        )
        {
            return OpenAiError.Invalid(
                $"Previous response with id '{id.GetString()}' not found.",
                "previous_response_id",
                "previous_response_not_found"
            );
        }
        if (!body.TryGetProperty("tools", out var tools))
        {
            return null;
        }
        foreach (var (i, tool) in tools.EnumerateArray().Index())
        {
            var type = ResponsesInput.Text(tool, "type");
            if (type is not ("function" or "web_search" or "web_search_preview"))
            {
                return OpenAiError.Invalid(
                    $"Invalid value: '{type}'. The sandbox has 'function' and 'web_search'.",
                    $"tools[{i}].type",
                    "invalid_value"
                );
            }
            if (type == "function" && ResponsesInput.Text(tool, "name") is null)
            {
                return OpenAiRequest.Missing($"tools[{i}].name");
            }
        }
        return null;
    }

    private static (Reasoning, int Sentences, bool Summary) Reasoning(
        JsonElement body,
        ref OpenAiError? error
    )
    {
        if (
            !body.TryGetProperty("reasoning", out var reasoning)
            || reasoning.ValueKind is not JsonValueKind.Object
        )
        {
            return (Answers.Reasoning.Unsaid, 6, false);
        }
        var effort = ResponsesInput.Text(reasoning, "effort");
        var sentences = effort switch
        {
            "none" => 0,
            "minimal" => 1,
            "low" => 3,
            null or "medium" => 6,
            "high" => 12,
            "xhigh" => 18,
            "max" => 24,
            _ => -1,
        };
        if (sentences < 0)
        {
            error ??= OpenAiError.Invalid(
                $"Unsupported value: 'reasoning.effort' does not support '{effort}' with this model.",
                "reasoning.effort",
                "unsupported_value"
            );
        }
        var summary = ResponsesInput.Text(reasoning, "summary") is not null;
        return (
            sentences == 0 ? Answers.Reasoning.Off
            : effort is null ? Answers.Reasoning.Unsaid
            : Answers.Reasoning.Shown,
            sentences,
            summary
        );
    }

    private static int? Most(JsonElement body, ref OpenAiError? error)
    {
        if (
            !body.TryGetProperty("max_output_tokens", out var value)
            || value.ValueKind is JsonValueKind.Null
        )
        {
            return null;
        }
        if (!value.TryGetInt32(out var most) || most < 1)
        {
            error ??= OpenAiError.Invalid(
                "Invalid 'max_output_tokens': integer below minimum value.",
                "max_output_tokens",
                "integer_below_min_value"
            );
        }
        return most;
    }

    private static Ask Wishes(JsonElement body, Ask ask)
    {
        var tools = body.TryGetProperty("tools", out var defined)
            ? defined.EnumerateArray().ToList()
            : [];
        var format =
            body.TryGetProperty("text", out var text) && text.TryGetProperty("format", out var form)
                ? form
                : default;
        ask = ask with
        {
            Tools =
            [
                .. tools
                    .Where(tool => ResponsesInput.Text(tool, "type") == "function")
                    .Select(tool => new ToolOffer(
                        ResponsesInput.Text(tool, "name") ?? "",
                        tool.TryGetProperty("parameters", out var schema) ? schema : null
                    )),
            ],
            Searches = tools.Exists(tool => ResponsesInput.Text(tool, "type") != "function"),
            OneCall =
                body.TryGetProperty("parallel_tool_calls", out var parallel)
                && parallel.ValueKind is JsonValueKind.False,
            Json = ResponsesInput.Text(format, "type") == "json_object",
            Schema =
                format.ValueKind is JsonValueKind.Object
                && format.TryGetProperty("schema", out var named)
                    ? named
                    : null,
        };
        return body.TryGetProperty("tool_choice", out var choice)
            ? ask with
            {
                ToolUse = OpenAiToolWish.UseOf(choice),
                OnlyTool = ResponsesInput.Text(choice, "name"),
            }
            : ask;
    }
}
