using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>The part of a chat completion request the sandbox acts on; other fields pass unread.</summary>
internal sealed record OpenAiRequest(Ask Ask, bool Stream, bool IncludeUsage, bool Obfuscate)
{
    /// <summary>The model that the body names; the error is for when there is none.</summary>
    public static SandboxModel? ModelOf(JsonElement body, out OpenAiError error)
    {
        error = OpenAiError.Invalid("you must provide a model parameter");
        if (
            body.ValueKind is not JsonValueKind.Object
            || !body.TryGetProperty("model", out var id)
            || id.ValueKind is not JsonValueKind.String
        )
        {
            return null;
        }
        error = OpenAiError.NoModel(id.GetString() ?? "");
        return ModelCatalogue.Find(Protocol.OpenAi, id.GetString() ?? "");
    }

    public static OpenAiRequest? Read(JsonElement body, out OpenAiError? error)
    {
        error = Problem(body);
        if (error is not null)
        {
            return null;
        }
        var messages = OpenAiMessages.Read(body.GetProperty("messages"), out error);
        error ??= OpenAiToolWish.Problem(body);
        var effort = Effort(body, ref error);
        var most = MaxTokens(body, ref error);
        if (messages is null || error is not null)
        {
            return null;
        }
        var tools = body.TryGetProperty("tools", out var defined)
            ? Tokenizer.Count(defined.GetRawText())
            : 0;
        var (reasoning, sentences) = effort;
        var ask = new Ask(Protocol.OpenAi, new Prompt(messages, tools))
        {
            Reasoning = reasoning,
            ThoughtLength = sentences,
            MaxTokens = most,
        };
        ask = OpenAiToolWish.Read(body, ask);
        var streaming =
            body.TryGetProperty("stream_options", out var options)
            && options.ValueKind is JsonValueKind.Object;
        return new OpenAiRequest(
            ask,
            IsTrue(body, "stream"),
            streaming && IsTrue(options, "include_usage"),
            !(
                streaming
                && options.TryGetProperty("include_obfuscation", out var hide)
                && hide.ValueKind is JsonValueKind.False
            )
        );
    }

    /// <summary>What the model itself refuses; null when it refuses nothing.</summary>
    public static OpenAiError? SamplingProblem(JsonElement body, SandboxModel model) =>
        model.Thinks
        && OpenAiFields.Sampling.FirstOrDefault(field => body.TryGetProperty(field, out _))
            is { } refused
            ? OpenAiError.Invalid(
                $"Unsupported parameter: '{refused}' is not supported with this model.",
                refused,
                "unsupported_parameter"
            )
            : null;

    private static OpenAiError? Problem(JsonElement body)
    {
        if (OpenAiFields.Unknown(body, OpenAiFields.Chat) is { } unknown)
        {
            return unknown;
        }
        if (!body.TryGetProperty("messages", out var messages))
        {
            return Missing("messages");
        }
        if (messages.ValueKind is not JsonValueKind.Array)
        {
            return OpenAiError.Invalid(
                $"Invalid type for 'messages': expected an array of objects, but got {messages.ValueKind} instead.",
                "messages",
                "invalid_type"
            );
        }
        if (messages.GetArrayLength() == 0)
        {
            return OpenAiError.Invalid(
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
                "messages",
                "empty_array"
            );
        }
        return
            body.TryGetProperty("n", out var n)
            && n.ValueKind is JsonValueKind.Number
            && n.GetDouble() > 1
            ? OpenAiError.Invalid(
                "The sandbox answers with one choice: 'n' must be 1.",
                "n",
                "unsupported_value"
            )
            : null;
    }

    public static OpenAiError Missing(string field) =>
        OpenAiError.Invalid(
            $"Missing required parameter: '{field}'.",
            field,
            "missing_required_parameter"
        );

    private static (Reasoning, int Sentences) Effort(JsonElement body, ref OpenAiError? error)
    {
        if (
            !body.TryGetProperty("reasoning_effort", out var effort)
            || effort.ValueKind is JsonValueKind.Null
        )
        {
            return (Reasoning.Unsaid, 6);
        }
        var sentences = effort.ValueKind is not JsonValueKind.String
            ? -1
            : effort.GetString() switch
            {
                "none" => 0,
                "minimal" => 1,
                "low" => 3,
                "medium" => 6,
                "high" => 12,
                "xhigh" => 18,
                "max" => 24,
                _ => -1,
            };
        if (sentences < 0)
        {
            error ??= OpenAiError.Invalid(
                $"Unsupported value: 'reasoning_effort' does not support {effort.GetRawText()} with this model.",
                "reasoning_effort",
                "unsupported_value"
            );
        }
        return (sentences > 0 ? Reasoning.Hidden : Reasoning.Off, sentences);
    }

    private static int? MaxTokens(JsonElement body, ref OpenAiError? error)
    {
        foreach (var field in (ReadOnlySpan<string>)["max_completion_tokens", "max_tokens"])
        {
            if (!body.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null)
            {
                continue;
            }
            if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt32(out var most))
            {
                error ??= OpenAiError.Invalid(
                    $"Invalid type for '{field}': expected an integer.",
                    field,
                    "invalid_type"
                );
                return null;
            }
            if (most < 1)
            {
                error ??= OpenAiError.Invalid(
                    $"Invalid '{field}': integer below minimum value. Expected a value >= 1, but got {most} instead.",
                    field,
                    "integer_below_min_value"
                );
            }
            return most;
        }
        return null;
    }

    private static bool IsTrue(JsonElement element, string field) =>
        element.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.True;
}
