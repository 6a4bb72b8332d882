using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Anthropic;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Responses;

/// <summary>Reads instructions and the items of the input.</summary>
internal static class ResponsesInput
{
    public static List<Turn>? Read(JsonElement body, out OpenAiError? error)
    {
        error = null;
        var turns = new List<Turn>();
        if (Text(body, "instructions") is { Length: > 0 } system)
        {
            turns.Add(new Turn(Role.System, system, Tokenizer.Count(system), []));
        }
        var input = body.GetProperty("input");
        if (input.ValueKind is JsonValueKind.String)
        {
            var words = input.GetString() ?? "";
            turns.Add(new Turn(Role.User, words, Tokenizer.Count(words), []));
            return turns;
        }
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, item) in input.EnumerateArray().Index())
        {
            error = Add(turns, item, $"input[{i}]", open);
            if (error is not null)
            {
                return null;
            }
        }
        if (open.Count > 0)
        {
            error = OpenAiError.Invalid(
                $"No tool output found for function call {open.First()}.",
                "input"
            );
            return null;
        }
        return turns;
    }

    public static string? Text(JsonElement element, string field) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(field, out var value)
        && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    private static OpenAiError? Add(
        List<Turn> turns,
        JsonElement item,
        string place,
        HashSet<string> open
    )
    {
        switch (Text(item, "type") ?? "message")
        {
            case "message":
                return AddMessage(turns, item, place);
            case "reasoning":
                return IsOurs(item)
                    ? null
                    : OpenAiError.Invalid(
                        $"The encrypted content for item {Text(item, "id")} could not be verified.",
                        place,
                        "invalid_encrypted_content"
                    );
            case "function_call":
                var call = item.GetRawText();
                open.Add(Text(item, "call_id") ?? "");
                turns.Add(new Turn(Role.Assistant, "", Tokenizer.Count(call), []));
                return null;
            case "function_call_output":
                if (!open.Remove(Text(item, "call_id") ?? ""))
                {
                    return OpenAiError.Invalid(
                        $"No tool call found for function call output with call_id {Text(item, "call_id")}.",
                        place
                    );
                }
                var output = item.GetProperty("output");
                var said =
                    output.ValueKind is JsonValueKind.String
                        ? output.GetString() ?? ""
                        : string.Concat(output.EnumerateArray().Select(part => Text(part, "text")));
                turns.Add(new Turn(Role.Tool, said, Tokenizer.Count(said), []));
                return null;
            case "web_search_call":
                return null;
            case var other:
                return OpenAiError.Invalid(
                    $"Invalid value: '{other}'.",
                    place + ".type",
                    "invalid_value"
                );
        }
    }

    private static OpenAiError? AddMessage(List<Turn> turns, JsonElement item, string place)
    {
        var name = Text(item, "role");
        Role? role = name switch
        {
            "system" or "developer" => Role.System,
            "user" => Role.User,
            "assistant" => Role.Assistant,
            _ => null,
        };
        if (role is not { } known || !item.TryGetProperty("content", out var content))
        {
            return OpenAiError.Invalid($"Invalid value: '{name}'.", place, "invalid_value");
        }
        if (content.ValueKind is JsonValueKind.String)
        {
            var words = content.GetString() ?? "";
            turns.Add(new Turn(known, words, Tokenizer.Count(words), []));
            return null;
        }
        var text = new StringBuilder();
        var tokens = 0;
        var attachments = new List<string>();
        foreach (var (i, part) in content.EnumerateArray().Index())
        {
            var type = Text(part, "type");
            var isText = type == (known is Role.Assistant ? "output_text" : "input_text");
            if ((isText ? Text(part, "text") : null) is { } words)
            {
                text.Append(text.Length == 0 ? "" : "\n").Append(words);
                tokens += Tokenizer.Count(words);
            }
            else if (known is Role.User && Attached(part, type) is { } seen)
            {
                attachments.Add(seen);
                tokens += Tokenizer.AttachmentTokens;
            }
            else
            {
                return OpenAiError.Invalid(
                    $"Invalid value: '{type}'.",
                    $"{place}.content[{i}].type",
                    "invalid_value"
                );
            }
        }
        turns.Add(new Turn(known, text.ToString(), tokens, attachments));
        return null;
    }

    private static string? Attached(JsonElement part, string? type) =>
        type switch
        {
            "input_image" => Text(part, "image_url") is { } url
                ? Attachment.DescribeUrl(url)
                : Text(part, "file_id"),
            "input_file" => Text(part, "file_data") is { } data
                ? Attachment.DescribeUrl(data)
                : Text(part, "file_url") ?? Text(part, "file_id"),
            "input_audio" when part.TryGetProperty("input_audio", out var sound) =>
                Attachment.Describe("audio/" + Text(sound, "format"), Text(sound, "data") ?? "?"),
            _ => null,
        };

    // Sealed with what its summary says: a changed item is noticed.
    private static bool IsOurs(JsonElement item) =>
        item.TryGetProperty("summary", out var summary)
        && summary.ValueKind is JsonValueKind.Array
        && Signature.Fits(
            string.Concat(summary.EnumerateArray().Select(part => Text(part, "text"))),
            Text(item, "encrypted_content")
        );
}
