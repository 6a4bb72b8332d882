using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>
/// The part of a messages request the sandbox acts on; other fields pass unread. Thinking is not shown for
/// <c>display: omitted</c>: its block then has a signature and no text.
/// </summary>
internal sealed record AnthropicRequest(
    Ask Ask,
    AnthropicPrompt Prompt,
    bool Stream,
    bool ShowThinking
)
{
    private const int SmallestBudget = 1024;
    private static readonly string[] Sampling = ["temperature", "top_p", "top_k"];

    public static AnthropicRequest? Read(
        JsonElement body,
        bool newVersion,
        out AnthropicError? error
    )
    {
        var prompt = AnthropicPrompt.Read(body, newVersion, out error);
        var sampling = newVersion ? SamplingProblem(body) : null;
        var limit = MaxTokensProblem(body, out var most);
        var thinking = ThinkingProblem(body, most, out var reasoning, out var shown);
        var effort = EffortProblem(body, out var sentences);
        error ??=
            AnthropicTools.Unknown(body)
            ?? sampling
            ?? limit
            ?? thinking
            ?? effort
            ?? AnthropicTools.ThinkingProblem(body, reasoning);
        if (prompt is null || error is not null)
        {
            return null;
        }
        var ask = new Ask(Protocol.Anthropic, prompt.Prompt)
        {
            Reasoning = reasoning,
            ThoughtLength = sentences,
            MaxTokens = most,
        };
        ask = AnthropicTools.Read(body, ask);
        var stream =
            body.TryGetProperty("stream", out var wish) && wish.ValueKind is JsonValueKind.True;
        return new AnthropicRequest(ask, prompt, stream, shown);
    }

    private static AnthropicError? SamplingProblem(JsonElement body) =>
        Sampling.FirstOrDefault(field => body.TryGetProperty(field, out _)) is { } refused
            ? AnthropicError.Invalid(refused + ": Extra inputs are not permitted")
            : null;

    private static AnthropicError? MaxTokensProblem(JsonElement body, out int most)
    {
        most = 0;
        return !body.TryGetProperty("max_tokens", out var value)
                ? AnthropicError.Invalid("max_tokens: Field required")
            : value.ValueKind is not JsonValueKind.Number || !value.TryGetInt32(out most)
                ? AnthropicError.Invalid("max_tokens: Input should be a valid integer")
            : most < 0
                ? AnthropicError.Invalid("max_tokens: Input should be greater than or equal to 0")
            : null;
    }

    private static AnthropicError? ThinkingProblem(
        JsonElement body,
        int most,
        out Reasoning reasoning,
        out bool shown
    )
    {
        (reasoning, shown) = (Reasoning.Unsaid, true);
        if (
            !body.TryGetProperty("thinking", out var thinking)
            || thinking.ValueKind is not JsonValueKind.Object
        )
        {
            return null;
        }
        shown = thinking.Text("display") != "omitted";
        switch (thinking.Text("type"))
        {
            case "disabled":
                reasoning = Reasoning.Off;
                return null;
            case "adaptive" or "between_tools":
                reasoning = Reasoning.Shown;
                return null;
            case "enabled":
                reasoning = Reasoning.Shown;
                var given = thinking.TryGetProperty("budget_tokens", out var value);
                return !given || !value.TryGetInt32(out var budget)
                        ? AnthropicError.Invalid("thinking.enabled.budget_tokens: Field required")
                    : budget < SmallestBudget
                        ? AnthropicError.Invalid(
                            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
                        )
                    : budget >= most
                        ? AnthropicError.Invalid(
                            "`max_tokens` must be greater than `thinking.budget_tokens`."
                        )
                    : null;
            default:
                return AnthropicError.Invalid(
                    "thinking: Input tag found using 'type' does not match any of the expected tags: "
                        + "'adaptive', 'between_tools', 'disabled', 'enabled'"
                );
        }
    }

    private static AnthropicError? EffortProblem(JsonElement body, out int sentences)
    {
        sentences = 6;
        var effort = body.TryGetProperty("output_config", out var config)
            ? config.Text("effort")
            : null;
        if (effort is null)
        {
            return null;
        }
        sentences = effort switch
        {
            "low" => 3,
            "medium" => 6,
            "high" => 12,
            "xhigh" => 18,
            "max" => 24,
            _ => 0,
        };
        return sentences == 0
            ? AnthropicError.Invalid(
                "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
            )
            : null;
    }
}
