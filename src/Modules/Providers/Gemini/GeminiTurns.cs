using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>The contents of a request: roles "user" and "model", neighbours of one role together.</summary>
internal sealed class GeminiTurns(string provider)
{
    // A result names its function here, and in our messages only its call does.
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public List<GeminiContent> Of(IEnumerable<ChatMessage> messages)
    {
        var turns = new List<GeminiContent>();
        foreach (var message in messages.Where(message => message.Role != ChatRole.System))
        {
            var role = message.Role == ChatRole.Assistant ? "model" : "user";
            var parts = Parts(message.Contents).ToList();
            if (parts.Count == 0)
                continue;
            if (turns.Count > 0 && turns[^1].Role == role)
                turns[^1].Parts.AddRange(parts);
            else
                turns.Add(new(role, parts));
        }
        return turns;
    }

    // A signature belongs to the part behind it, or to an empty one at the end; the thoughts themselves stay home.
    private IEnumerable<GeminiPart> Parts(IEnumerable<AIContent> contents)
    {
        string? signature = null;
        foreach (var content in contents)
        {
            if (content is TextReasoningContent thought)
            {
                if (thought.ProtectedData is not { Length: > 0 } seal)
                    continue;
                if (signature is not null)
                    yield return Sealed(signature);
                signature = seal;
                continue;
            }
            foreach (var part in Part(content))
            {
                yield return part with
                {
                    ThoughtSignature = signature,
                };
                signature = null;
            }
        }
        if (signature is not null)
            yield return Sealed(signature);
    }

    private static GeminiPart Sealed(string signature) =>
        new() { Text = string.Empty, ThoughtSignature = signature };

    private IEnumerable<GeminiPart> Part(AIContent content)
    {
        switch (content)
        {
            case TextContent { Text: { Length: > 0 } text }:
                return [new() { Text = text }];
            case DataContent data:
                return [Inline(data)];
            case UriContent link:
                return [new() { FileData = new(link.MediaType, link.Uri.AbsoluteUri) }];
            case FunctionCallContent call:
                names[call.CallId] = call.Name;
                return
                [
                    new() { FunctionCall = new(call.CallId, call.Name, ToolTalk.ObjectOf(call)) },
                ];
            case FunctionResultContent result:
                return Result(result);
            default:
                return [];
        }
    }

    private IEnumerable<GeminiPart> Result(FunctionResultContent result)
    {
        if (!names.TryGetValue(result.CallId, out var name))
            throw ToolTalk.Unsupported(
                provider,
                "the result of a call that is not in the messages"
            );
        yield return new()
        {
            FunctionResponse = new(result.CallId, name, ToolTalk.ObjectOf(result)),
        };
        foreach (var file in ToolTalk.FilesOf(result))
            yield return Inline(file);
    }

    private static GeminiPart Inline(DataContent data) =>
        new() { InlineData = new(data.MediaType, data.Base64Data.ToString()) };
}
