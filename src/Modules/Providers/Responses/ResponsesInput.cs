using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>The items of the input, in the order in which they were said.</summary>
internal sealed class ResponsesInput(string provider, bool reasons)
{
    public IEnumerable<JsonNode> Write(IEnumerable<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            var spoken = new List<ResponsesPart>();
            foreach (var content in message.Contents)
            {
                if (Item(content) is { } item)
                {
                    if (Said(message, spoken) is { } before)
                        yield return before;
                    spoken = [];
                    yield return item;
                }
                else if (Part(message, content) is { } part)
                    spoken.Add(part);
            }
            if (Said(message, spoken) is { } rest)
                yield return rest;
        }
    }

    private JsonNode? Said(ChatMessage message, List<ResponsesPart> parts)
    {
        if (parts.Count == 0)
            return null;
        var role =
            message.Role == ChatRole.Assistant ? "assistant"
            : message.Role == ChatRole.System ? (reasons ? "developer" : "system")
            : "user";
        return JsonSerializer.SerializeToNode(
            new ResponsesMessage(role, parts),
            ResponsesJson.Wire.ResponsesMessage
        );
    }

    private JsonNode? Item(AIContent content) =>
        content switch
        {
            TextReasoningContent { ProtectedData: { Length: > 0 } seal } => Reasoning(seal),
            FunctionCallContent call => JsonSerializer.SerializeToNode(
                new ResponsesCall(
                    "function_call",
                    call.CallId,
                    call.Name,
                    ToolTalk.ArgumentsOf(call)
                ),
                ResponsesJson.Wire.ResponsesCall
            ),
            FunctionResultContent result => JsonSerializer.SerializeToNode(
                new ResponsesResult("function_call_output", result.CallId, Output(result)),
                ResponsesJson.Wire.ResponsesResult
            ),
            _ => null,
        };

    // The item as it came; another provider's signature is none.
    private static JsonObject? Reasoning(string seal)
    {
        try
        {
            return seal[0] == '{' && JsonNode.Parse(seal) is JsonObject item ? item : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private JsonNode Output(FunctionResultContent result)
    {
        var text = ToolTalk.TextOf(result);
        var files = ToolTalk.FilesOf(result).Select(file => File(file)).ToList();
        if (files.Count == 0)
            return text;
        IReadOnlyList<ResponsesPart> parts = [new("input_text") { Text = text }, .. files];
        return JsonSerializer.SerializeToNode(
            parts,
            ResponsesJson.Wire.IReadOnlyListResponsesPart
        )!;
    }

    private ResponsesPart? Part(ChatMessage message, AIContent content) =>
        content switch
        {
            TextContent { Text: { Length: > 0 } text } => new(
                message.Role == ChatRole.Assistant ? "output_text" : "input_text"
            )
            {
                Text = text,
            },
            DataContent data => File(data),
            UriContent link when link.HasTopLevelMediaType("image") => new("input_image")
            {
                ImageUrl = link.Uri.AbsoluteUri,
            },
            UriContent link => new("input_file") { FileUrl = link.Uri.AbsoluteUri },
            _ => null,
        };

    private ResponsesPart File(DataContent data)
    {
        if (data.HasTopLevelMediaType("image"))
            return new("input_image") { ImageUrl = data.Uri };
        if (data.HasTopLevelMediaType("text"))
            return new("input_text")
            {
                Text = $"{data.Name ?? "file"}:\n{Encoding.UTF8.GetString(data.Data.Span)}\n",
            };
        if (!data.HasTopLevelMediaType("audio"))
            return new("input_file") { Filename = data.Name ?? "file", FileData = data.Uri };
        var format = data.MediaType switch
        {
            "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
            "audio/mpeg" or "audio/mp3" => "mp3",
            var other => throw ToolTalk.Unsupported(provider, other),
        };
        return new("input_audio") { InputAudio = new(data.Base64Data.ToString(), format) };
    }
}
