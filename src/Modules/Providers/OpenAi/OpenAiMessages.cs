using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>The messages of a request.</summary>
/// <param name="system">What the dialect calls the role of instructions.</param>
internal sealed class OpenAiMessages(string provider, OpenAiDialect dialect, string system)
{
    public IEnumerable<OpenAiMessage> Write(IEnumerable<ChatMessage> messages, string? instructions)
    {
        if (!string.IsNullOrEmpty(instructions))
            yield return new(system, new(instructions, null));
        // Results of tools are text only here: their pictures follow behind the last of them, as if the person showed them.
        var shown = new List<AIContent>();
        foreach (var message in messages)
        {
            var results = message.Contents.OfType<FunctionResultContent>().ToList();
            if (shown.Count > 0 && results.Count == 0)
            {
                yield return new("user", Content(shown));
                shown = [];
            }
            foreach (var result in results)
            {
                yield return new("tool", new(ToolTalk.TextOf(result), null))
                {
                    ToolCallId = result.CallId,
                };
                shown.AddRange(ToolTalk.FilesOf(result));
            }
            if (Spoken(message) is { } spoken)
                yield return spoken;
        }
        if (shown.Count > 0)
            yield return new("user", Content(shown));
    }

    private OpenAiMessage? Spoken(ChatMessage message)
    {
        var role = message.Role == ChatRole.System ? system : message.Role.Value;
        var calls = message
            .Contents.OfType<FunctionCallContent>()
            .Select(call => new OpenAiCall(
                call.CallId,
                "function",
                new(call.Name) { Arguments = ToolTalk.ArgumentsOf(call) }
            ))
            .ToList();
        var content = Content(message.Contents);
        if (content is null && calls.Count == 0)
            return null;
        // A file that came with results belongs to the person.
        return new(role == "tool" ? "user" : role, content)
        {
            ToolCalls = calls.Count > 0 ? calls : null,
            ReasoningContent =
                dialect.ReasoningWithTools && calls.Count > 0 ? Reasoning(message) : null,
            ReasoningDetails = dialect.ReasoningDetails ? Details(message) : null,
        };
    }

    private OpenAiContent? Content(IEnumerable<AIContent> contents)
    {
        var parts = contents.Select(Part).OfType<OpenAiPart>().ToList();
        if (parts.Count == 0)
            return null;
        return parts.TrueForAll(part => part.Text is not null)
            ? new(string.Concat(parts.Select(part => part.Text)), null)
            : new(null, parts);
    }

    private OpenAiPart? Part(AIContent content) =>
        content switch
        {
            TextContent { Text: { Length: > 0 } text } => new("text") { Text = text },
            DataContent data when data.HasTopLevelMediaType("image") => new("image_url")
            {
                ImageUrl = new(data.Uri),
            },
            DataContent data when data.HasTopLevelMediaType("audio") => new("input_audio")
            {
                InputAudio = Sound(data),
            },
            DataContent data when data.HasTopLevelMediaType("text") => new("text")
            {
                Text = $"{data.Name ?? "file"}:\n{Encoding.UTF8.GetString(data.Data.Span)}\n",
            },
            DataContent data when dialect.DocumentUrls => new("document_url")
            {
                DocumentUrl = data.Uri,
                DocumentName = data.Name,
            },
            DataContent data => new("file") { File = new(data.Name ?? "file", data.Uri) },
            UriContent link when link.HasTopLevelMediaType("image") => new("image_url")
            {
                ImageUrl = new(link.Uri.AbsoluteUri),
            },
            UriContent link => throw ToolTalk.Unsupported(provider, $"links to {link.MediaType}"),
            _ => null,
        };

    private JsonNode Sound(DataContent data)
    {
        var base64 = data.Base64Data.ToString();
        if (dialect.DocumentUrls)
            return base64;
        var format = data.MediaType switch
        {
            "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
            "audio/mpeg" or "audio/mp3" => "mp3",
            var other => throw ToolTalk.Unsupported(provider, other),
        };
        return new JsonObject { ["data"] = base64, ["format"] = format };
    }

    private static string? Reasoning(ChatMessage message) =>
        string.Concat(
            message.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text)
        )
            is { Length: > 0 } text
            ? text
            : null;

    private static JsonElement? Details(ChatMessage message)
    {
        foreach (var thought in message.Contents.OfType<TextReasoningContent>())
        {
            // Another provider's signature is no list of ours.
            if (thought.ProtectedData is not ['[', ..] list)
                continue;
            using var document = JsonDocument.Parse(list);
            return document.RootElement.Clone();
        }
        return null;
    }
}
