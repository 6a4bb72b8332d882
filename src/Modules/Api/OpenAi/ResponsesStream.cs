using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>A translated answer as events of a response: item after item, each opened, filled and closed.</summary>
internal sealed class ResponsesStream(DirectRun run, IBufferWriter<byte> output) : ITextStream
{
    private static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter json = new(output, AsItIs);
    private readonly List<ResponseItem> items = [];
    private ResponseItem? open;
    private bool hasPart;
    private int annotated;
    private ChatFinishReason? finish;
    private int sequence;

    public bool HasBegun { get; private set; }

    public void Add(ChatResponseUpdate update)
    {
        Begin();
        foreach (var content in update.Contents)
        {
            if (ResponseItem.Take(items, content) is not { } item)
                continue;
            if (content is TextContent { Text.Length: 0 })
            {
                Annotate(item);
                continue;
            }
            if (item != open)
                Open(item);
            if (content is TextReasoningContent { Text.Length: > 0 } thought)
                Delta(item, "response.reasoning_summary_text.delta", thought.Text);
            else if (content is TextContent text)
                Delta(item, "response.output_text.delta", text.Text);
            else if (content is FunctionCallContent call)
                Delta(item, "response.function_call_arguments.delta", ChatWriting.Arguments(call));
        }
        finish = update.FinishReason ?? finish;
    }

    public void End(DirectEnd end)
    {
        Begin();
        Close();
        var status = ResponsesWriting.Status(finish);
        Event("response." + status);
        json.WritePropertyName("response");
        ResponsesWriting.Write(json, run, items, status, finish, end);
        Sent();
    }

    public void Dispose() => json.Dispose();

    private void Begin()
    {
        if (HasBegun)
            return;
        HasBegun = true;
        foreach (var type in new[] { "response.created", "response.in_progress" })
        {
            Event(type);
            json.WritePropertyName("response");
            ResponsesWriting.Write(json, run, [], "in_progress", null, null);
            Sent();
        }
    }

    private void Open(ResponseItem item)
    {
        Close();
        (open, hasPart, annotated) = (item, false, 0);
        Event("response.output_item.added");
        Index();
        json.WritePropertyName("item");
        item.Write(json, isDone: false);
        Sent();
    }

    // A message that is closed has said what it had to say; the whole response at the end has its citations all the same.
    private void Annotate(ResponseItem item)
    {
        for (; item == open && annotated < item.Citations.Count; annotated++)
        {
            Event("response.output_text.annotation.added");
            Place(item);
            json.WriteNumber("annotation_index", annotated);
            json.WritePropertyName("annotation");
            ResponseItem.WriteCitation(json, item.Citations[annotated]);
            Sent();
        }
    }

    private void Delta(ResponseItem item, string type, string delta)
    {
        if (!hasPart && item.Kind != ResponseItemKind.Call)
        {
            hasPart = true;
            Part("added", "");
        }
        Event(type);
        Place(item);
        json.WriteString("delta", delta);
        if (item.Kind == ResponseItemKind.Message)
            NoLogprobs();
        Sent();
    }

    private void Close()
    {
        if (open is not { } item)
            return;
        if (item.Kind == ResponseItemKind.Call)
        {
            Event("response.function_call_arguments.done");
            Place(item);
            json.WriteString("name", item.Call!.Name);
            json.WriteString("arguments", ChatWriting.Arguments(item.Call));
            Sent();
        }
        else if (hasPart)
        {
            Event(
                item.Kind == ResponseItemKind.Message
                    ? "response.output_text.done"
                    : "response.reasoning_summary_text.done"
            );
            Place(item);
            json.WriteString("text", item.Text.ToString());
            if (item.Kind == ResponseItemKind.Message)
                NoLogprobs();
            Sent();
            Part("done", null);
        }
        Event("response.output_item.done");
        Index();
        json.WritePropertyName("item");
        item.Write(json, isDone: true);
        Sent();
        open = null;
    }

    private void Part(string what, string? text)
    {
        var isMessage = open!.Kind == ResponseItemKind.Message;
        Event((isMessage ? "response.content_part." : "response.reasoning_summary_part.") + what);
        Place(open);
        json.WritePropertyName("part");
        open.WritePart(json, isMessage ? "output_text" : "summary_text", text);
        Sent();
    }

    private void Place(ResponseItem item)
    {
        json.WriteString("item_id", item.Id);
        Index();
        if (item.Kind == ResponseItemKind.Message)
            json.WriteNumber("content_index", 0);
        else if (item.Kind == ResponseItemKind.Reasoning)
            json.WriteNumber("summary_index", 0);
    }

    private void Index() => json.WriteNumber("output_index", items.IndexOf(open!));

    private void NoLogprobs()
    {
        json.WriteStartArray("logprobs");
        json.WriteEndArray();
    }

    private void Event(string type)
    {
        output.Write("event: "u8);
        output.Write(Encoding.ASCII.GetBytes(type));
        output.Write("\ndata: "u8);
        json.Reset();
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("sequence_number", sequence++);
    }

    private void Sent()
    {
        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }
}
