using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>Reads the <c>messages</c> array: string content or an array of parts.</summary>
internal static class OpenAiMessages
{
    public static IReadOnlyList<Turn>? Read(JsonElement messages, out OpenAiError? error)
    {
        var turns = new List<Turn>(messages.GetArrayLength());
        foreach (var (i, message) in messages.EnumerateArray().Index())
        {
            var name = Text(message, "role");
            if (RoleOf(name) is not { } role)
            {
                error = OpenAiError.Invalid(
                    $"Invalid value: '{name}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
                    $"messages[{i}].role",
                    "invalid_value"
                );
                return null;
            }
            if (ReadContent(message, role) is not { } turn)
            {
                error = OpenAiError.Invalid(
                    $"Invalid value for 'content' of messages[{i}]: expected a string or an array of parts.",
                    $"messages[{i}].content",
                    "invalid_type"
                );
                return null;
            }
            turns.Add(turn);
        }
        error = OpenAiToolTurns.Problem(messages);
        return error is null ? turns : null;
    }

    private static Turn? ReadContent(JsonElement message, Role role)
    {
        var calls = message.TryGetProperty("tool_calls", out var made)
            ? Tokenizer.Count(made.GetRawText())
            : 0;
        if (
            !message.TryGetProperty("content", out var content)
            || content.ValueKind is JsonValueKind.Null
        )
        {
            return role is Role.Assistant ? new Turn(role, "", calls, []) : null;
        }
        if (content.ValueKind is JsonValueKind.String)
        {
            var whole = content.GetString() ?? "";
            return new Turn(role, whole, calls + Tokenizer.Count(whole), []);
        }
        if (content.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }
        var text = new StringBuilder();
        var tokens = calls;
        var attachments = new List<string>();
        foreach (var part in content.EnumerateArray())
        {
            var type = Text(part, "type");
            var words = type is "text" or "refusal" ? Text(part, type) : null;
            if (words is null)
            {
                if (Attached(part, type) is not { } seen)
                {
                    return null;
                }
                attachments.Add(seen);
                tokens += Tokenizer.AttachmentTokens;
                continue;
            }
            text.Append(text.Length == 0 ? "" : "\n").Append(words);
            tokens += Tokenizer.Count(words);
        }
        return new Turn(role, text.ToString(), tokens, attachments);
    }

    // Null for a part that is no part, or whose data is none.
    private static string? Attached(JsonElement part, string? type) =>
        type switch
        {
            "image_url" when part.TryGetProperty("image_url", out var image) => Text(image, "url")
                is { } url
                ? Attachment.DescribeUrl(url)
                : null,
            "input_audio" when part.TryGetProperty("input_audio", out var sound) => Text(
                sound,
                "format"
            )
                is "wav"
                    or "mp3"
                ? Attachment.Describe("audio/" + Text(sound, "format"), Text(sound, "data") ?? "?")
                : null,
            "file" when part.TryGetProperty("file", out var file) => Text(file, "file_data")
                is { } data
                ? Attachment.DescribeUrl(data)
                : Text(file, "file_id"),
            _ => null,
        };

    private static Role? RoleOf(string? name) =>
        name switch
        {
            "system" or "developer" => Role.System,
            "user" => Role.User,
            "assistant" => Role.Assistant,
            "tool" or "function" => Role.Tool,
            _ => null,
        };

    private static string? Text(JsonElement element, string field) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(field, out var value)
        && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
