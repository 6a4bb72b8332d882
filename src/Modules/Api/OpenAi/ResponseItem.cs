using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;

namespace NetRoom.Api.OpenAi;

internal enum ResponseItemKind
{
    Reasoning,
    Message,
    Call,
}

/// <summary>One item of a response's output: a thought, a message, or a call of a tool.</summary>
internal sealed class ResponseItem(ResponseItemKind kind, string id)
{
    public ResponseItemKind Kind => kind;

    public string Id => id;

    public StringBuilder Text { get; } = new();

    /// <summary>Pages that a message rests on; their places count from its beginning.</summary>
    public List<WebCitation> Citations { get; } = [];

    /// <summary>The provider's own form of a thought, for the next turn.</summary>
    public string? Sealed { get; set; }

    public FunctionCallContent? Call { get; init; }

    public static List<ResponseItem> Of(ChatResponse answer)
    {
        var items = new List<ResponseItem>();
        foreach (var content in answer.Messages.SelectMany(message => message.Contents))
            Take(items, content);
        return items;
    }

    /// <summary>The item that a piece of an answer belongs to; null if the piece is none of the answer.</summary>
    public static ResponseItem? Take(List<ResponseItem> items, AIContent content)
    {
        switch (content)
        {
            case TextReasoningContent thought:
                var reasoning = Last(items, ResponseItemKind.Reasoning, "rs");
                reasoning.Text.Append(thought.Text);
                reasoning.Sealed = thought.ProtectedData ?? reasoning.Sealed;
                return reasoning;
            case TextContent { Text.Length: > 0 } text:
                var message = Last(items, ResponseItemKind.Message, "msg");
                message.Text.Append(text.Text);
                return message;
            case TextContent { Annotations.Count: > 0 }:
                return Cited(items, content);
            case FunctionCallContent call:
                var item = new ResponseItem(ResponseItemKind.Call, NewId("fc")) { Call = call };
                items.Add(item);
                return item;
            default:
                return null;
        }
    }

    public void Write(Utf8JsonWriter json, bool isDone)
    {
        var status = isDone ? "completed" : "in_progress";
        json.WriteStartObject();
        json.WriteString("id", Id);
        switch (Kind)
        {
            case ResponseItemKind.Reasoning:
                json.WriteString("type", "reasoning");
                json.WriteStartArray("summary");
                if (isDone && Text.Length > 0)
                    WritePart(json, "summary_text");
                json.WriteEndArray();
                json.WriteString("encrypted_content", Sealed);
                break;
            case ResponseItemKind.Message:
                json.WriteString("type", "message");
                json.WriteString("role", "assistant");
                json.WriteString("status", status);
                json.WriteStartArray("content");
                if (isDone)
                    WritePart(json, "output_text");
                json.WriteEndArray();
                break;
            default:
                json.WriteString("type", "function_call");
                json.WriteString("call_id", Call!.CallId);
                json.WriteString("name", Call.Name);
                json.WriteString("arguments", isDone ? ChatWriting.Arguments(Call) : "");
                json.WriteString("status", status);
                break;
        }
        json.WriteEndObject();
    }

    public void WritePart(Utf8JsonWriter json, string type, string? text = null)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("text", text ?? Text.ToString());
        if (type == "output_text")
        {
            json.WriteStartArray("annotations");
            foreach (var citation in text is null ? Citations : [])
                WriteCitation(json, citation);
            json.WriteEndArray();
            json.WriteStartArray("logprobs");
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void WriteCitation(Utf8JsonWriter json, WebCitation citation)
    {
        json.WriteStartObject();
        json.WriteString("type", "url_citation");
        json.WriteNumber("start_index", citation.Start);
        json.WriteNumber("end_index", citation.End);
        json.WriteString("title", citation.Title);
        json.WriteString("url", citation.Url);
        json.WriteEndObject();
    }

    // Places count from the beginning of the answer, which may have several messages.
    private static ResponseItem? Cited(List<ResponseItem> items, AIContent content)
    {
        var messages = items.FindAll(item => item.Kind == ResponseItemKind.Message);
        if (messages is not [.. var before, var last])
            return null;
        var start = before.Sum(item => item.Text.Length);
        last.Citations.AddRange(
            WebCitation
                .Of(content, start + last.Text.Length)
                .Select(citation =>
                    citation with
                    {
                        Start = Math.Max(0, citation.Start - start),
                        End = Math.Max(0, citation.End - start),
                    }
                )
        );
        return last;
    }

    private static ResponseItem Last(List<ResponseItem> items, ResponseItemKind kind, string prefix)
    {
        if (items is [.., var last] && last.Kind == kind)
            return last;
        var item = new ResponseItem(kind, NewId(prefix));
        items.Add(item);
        return item;
    }

    private static string NewId(string prefix) => $"{prefix}_{Kernel.Ids.New():n}";
}
