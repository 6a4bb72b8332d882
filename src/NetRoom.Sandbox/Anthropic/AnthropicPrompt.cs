using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>The prompt of a request, as a conversation for models and as blocks for the cache.</summary>
internal sealed record AnthropicPrompt(Prompt Prompt, IReadOnlyList<AnthropicBlock> Blocks)
{
    private const int MostBreakpoints = 4;

    public static AnthropicPrompt? Read(
        JsonElement body,
        bool newVersion,
        out AnthropicError? error
    )
    {
        error = AnthropicTools.Problem(body);
        if (error is not null)
        {
            return null;
        }
        var blocks = new List<AnthropicBlock>();
        var turns = new List<Turn>();
        if (body.TryGetProperty("tools", out var tools) && tools.ValueKind is JsonValueKind.Array)
        {
            blocks.AddRange(tools.EnumerateArray().Where(IsObject).Select(AnthropicBlock.OfTool));
        }
        var toolTokens = blocks.Sum(block => block.Tokens);
        if (body.TryGetProperty("system", out var system))
        {
            Add(blocks, turns, Role.System, Content(Role.System, system) ?? []);
        }
        if (
            !body.TryGetProperty("messages", out var messages)
            || messages.ValueKind is not JsonValueKind.Array
        )
        {
            error = AnthropicError.Invalid("messages: Field required");
            return null;
        }
        if (messages.GetArrayLength() == 0)
        {
            error = AnthropicError.Invalid("messages: at least one message is required");
            return null;
        }
        foreach (var (i, message) in messages.EnumerateArray().Index())
        {
            error = MessageProblem(message, i, newVersion, out var role, out var content);
            if (error is not null)
            {
                return null;
            }
            Add(blocks, turns, role, content);
        }
        error = AnthropicTools.TurnProblem(messages);
        if (error is not null)
        {
            return null;
        }
        if (AnthropicBlock.LifeOf(body) is { } life && blocks.Count > 0)
        {
            blocks[^1] = blocks[^1] with { CacheLife = life };
        }
        error =
            blocks.Count(block => block.CacheLife is not null) > MostBreakpoints
                ? AnthropicError.Invalid(
                    "A maximum of 4 blocks with cache_control may be provided."
                )
                : null;
        return error is null ? new AnthropicPrompt(new Prompt(turns, toolTokens), blocks) : null;
    }

    private static AnthropicError? MessageProblem(
        JsonElement message,
        int index,
        bool newVersion,
        out Role role,
        out IReadOnlyList<AnthropicBlock> content
    )
    {
        (role, content) = (default, []);
        var name = message.Text("role");
        if (name is not ("user" or "assistant" or "system"))
        {
            return AnthropicError.Invalid(
                $"messages.{index}.role: Input should be 'user', 'assistant' or 'system' (got '{name}')"
            );
        }
        role = name switch
        {
            "user" => Role.User,
            "assistant" => Role.Assistant,
            _ => Role.System,
        };
        if (
            !message.TryGetProperty("content", out var parts)
            || Content(role, parts) is not { } read
        )
        {
            return AnthropicError.Invalid($"messages.{index}.content: Field required");
        }
        content = read;
        return parts.ValueKind is JsonValueKind.Array
            ? BlockProblem(parts, role, index, newVersion)
            : null;
    }

    private static AnthropicError? BlockProblem(
        JsonElement parts,
        Role role,
        int index,
        bool newVersion
    )
    {
        foreach (var (i, part) in parts.EnumerateArray().Index())
        {
            var type = part.Text("type");
            if (
                type == "thinking"
                && !Signature.Fits(part.Text("thinking") ?? "", part.Text("signature"))
            )
            {
                return AnthropicError.Invalid(
                    $"messages.{index}.content.{i}: Invalid `signature` in `thinking` block"
                );
            }
            if (type is "image" or "document" && !AnthropicTools.IsFile(part))
            {
                return AnthropicError.Invalid(
                    $"messages.{index}.content.{i}.{type}.source: Could not process the file"
                );
            }
            if (newVersion && type == "document" && role is Role.Assistant)
            {
                return AnthropicError.Invalid(
                    $"messages.{index}.content.{i}: document is not allowed here"
                );
            }
            if (
                newVersion
                && type == "text"
                && role is Role.User
                && part.TryGetProperty("citations", out var citations)
                && citations.ValueKind is JsonValueKind.Array
                && citations.GetArrayLength() > 0
            )
            {
                return AnthropicError.Invalid(
                    $"messages.{index}.content.{i}.citations: Extra inputs are not permitted"
                );
            }
        }
        return null;
    }

    private static IReadOnlyList<AnthropicBlock>? Content(Role role, JsonElement content) =>
        content.ValueKind switch
        {
            JsonValueKind.String => [AnthropicBlock.OfText(role, content.GetString() ?? "")],
            JsonValueKind.Array when content.EnumerateArray().All(IsObject) =>
            [
                .. content.EnumerateArray().Select(part => AnthropicBlock.Of(role, part)),
            ],
            _ => null,
        };

    private static bool IsObject(JsonElement element) => element.ValueKind is JsonValueKind.Object;

    private static void Add(
        List<AnthropicBlock> blocks,
        List<Turn> turns,
        Role role,
        IReadOnlyList<AnthropicBlock> content
    )
    {
        blocks.AddRange(content);
        // Results come first in their message, and the rest is what the person says of them.
        turns.AddRange(
            content
                .Where(block => block.Result is not null)
                .Select(block => new Turn(Role.Tool, block.Result ?? "", block.Tokens, []))
        );
        var rest = content.Where(block => block.Result is null).ToList();
        if (rest.Count == 0 && content.Count > 0)
        {
            return;
        }
        var text = string.Join(
            "\n",
            rest.Select(block => block.Text).Where(text => text.Length > 0)
        );
        var attachments = rest.Select(block => block.Attachment).OfType<string>();
        turns.Add(new Turn(role, text, rest.Sum(block => block.Tokens), [.. attachments]));
    }
}
