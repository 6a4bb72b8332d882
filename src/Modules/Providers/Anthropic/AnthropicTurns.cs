using System.Text;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>The turns of a request: neighbours of one role are one turn, for all results of a turn's tools must be in the next.</summary>
internal static class AnthropicTurns
{
    public static List<AnthropicMessage> Of(IEnumerable<ChatMessage> messages)
    {
        var turns = new List<AnthropicMessage>();
        foreach (var message in messages.Where(message => message.Role != ChatRole.System))
        {
            var role = message.Role == ChatRole.Assistant ? "assistant" : "user";
            var blocks = Blocks(message.Contents);
            if (blocks.Count == 0)
                continue;
            if (turns.Count > 0 && turns[^1].Role == role)
                turns[^1].Content.AddRange(blocks);
            else
                turns.Add(new(role, blocks));
        }
        return turns;
    }

    public static bool AnyMark(
        IEnumerable<AnthropicMessage> turns,
        IEnumerable<AnthropicTool>? tools
    ) =>
        turns.Any(turn => turn.Content.Exists(block => block.CacheControl is not null))
        || tools?.Any(tool => tool.CacheControl is not null) == true;

    private static List<AnthropicBlock> Blocks(IEnumerable<AIContent> contents)
    {
        var blocks = new List<AnthropicBlock>();
        var thought = new StringBuilder();
        foreach (var content in contents)
        {
            if (content is TextReasoningContent reasoning)
            {
                thought.Append(reasoning.Text);
                if (reasoning.ProtectedData is not { Length: > 0 } seal)
                    continue;
                blocks.Add(Thinking(reasoning, thought.ToString(), seal));
                thought.Clear();
            }
            else if (Block(content) is { } block)
                blocks.Add(
                    block with
                    {
                        CacheControl = AnthropicWriting.Mark(content.AdditionalProperties),
                    }
                );
        }
        // Thinking without a signature is nobody's to send.
        return blocks;
    }

    private static AnthropicBlock Thinking(
        TextReasoningContent content,
        string text,
        string seal
    ) =>
        content.AdditionalProperties?.GetValueOrDefault(StreamMarks.Redacted) is true
            ? new("redacted_thinking") { Data = seal }
            : new("thinking") { Thinking = text, Signature = seal };

    private static AnthropicBlock? Block(AIContent content) =>
        content switch
        {
            // A text block of nothing but white space is a 400.
            TextContent { Text: { } text } when !string.IsNullOrWhiteSpace(text) => new("text")
            {
                Text = text,
            },
            FunctionCallContent call => new("tool_use")
            {
                Id = call.CallId,
                Name = call.Name,
                Input = ToolTalk.ObjectOf(call),
            },
            FunctionResultContent result => Result(result),
            DataContent data when data.HasTopLevelMediaType("image") => new("image")
            {
                Source = Base64(data),
            },
            DataContent data when data.HasTopLevelMediaType("text") => new("document")
            {
                Title = data.Name,
                Source = new("text")
                {
                    MediaType = "text/plain",
                    Data = Encoding.UTF8.GetString(data.Data.Span),
                },
            },
            DataContent data when data.MediaType == "application/pdf" => new("document")
            {
                Title = data.Name,
                Source = Base64(data),
            },
            DataContent data => throw ToolTalk.Unsupported("The Messages API", data.MediaType),
            UriContent link => new(link.HasTopLevelMediaType("image") ? "image" : "document")
            {
                Source = new("url") { Url = link.Uri.AbsoluteUri },
            },
            _ => null,
        };

    private static AnthropicBlock Result(FunctionResultContent result)
    {
        var content = new List<AnthropicBlock>();
        if (ToolTalk.TextOf(result) is { Length: > 0 } text)
            content.Add(new("text") { Text = text });
        content.AddRange(ToolTalk.FilesOf(result).Select(Block).OfType<AnthropicBlock>());
        return new("tool_result")
        {
            ToolUseId = result.CallId,
            Content = content.Count > 0 ? content : null,
            IsError = result.Exception is null ? null : true,
        };
    }

    private static AnthropicSource Base64(DataContent data) =>
        new("base64") { MediaType = data.MediaType, Data = data.Base64Data.ToString() };
}
