using System.Text.Json;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>The rule that every tool call has its result behind it, and every result its call before it.</summary>
internal static class OpenAiToolTurns
{
    public static OpenAiError? Problem(JsonElement messages)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, message) in messages.EnumerateArray().Index())
        {
            if (Field(message, "role") == "tool")
            {
                if (!open.Remove(Field(message, "tool_call_id") ?? ""))
                {
                    return OpenAiError.Invalid(
                        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                        $"messages[{i}].role"
                    );
                }
                continue;
            }
            if (open.Count > 0)
            {
                return Unanswered(open);
            }
            if (
                message.TryGetProperty("tool_calls", out var calls)
                && calls.ValueKind is JsonValueKind.Array
            )
            {
                open.UnionWith(calls.EnumerateArray().Select(call => Field(call, "id") ?? ""));
            }
        }
        return open.Count > 0 ? Unanswered(open) : null;
    }

    private static OpenAiError Unanswered(IEnumerable<string> ids) =>
        OpenAiError.Invalid(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
                + $"The following tool_call_ids did not have response messages: {string.Join(", ", ids)}",
            "messages"
        );

    private static string? Field(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
