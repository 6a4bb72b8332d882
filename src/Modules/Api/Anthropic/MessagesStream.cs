using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Api.OpenAi;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Anthropic;

/// <summary>A translated answer as events of a message: one block is open at a time.</summary>
internal sealed class MessagesStream(DirectRun run, long promptTokens, IBufferWriter<byte> output)
    : ITextStream
{
    private static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter json = new(output, AsItIs);
    private ChatFinishReason? finish;
    private string? open;
    private int index = -1;
    private bool callsTools;

    public bool HasBegun { get; private set; }

    public void Add(ChatResponseUpdate update)
    {
        Begin();
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent thought:
                    AddThought(thought);
                    break;
                case TextContent { Text.Length: > 0 } text:
                    Open("text", "text");
                    Delta("text_delta", "text", text.Text);
                    break;
                case FunctionCallContent call:
                    callsTools = true;
                    Close();
                    Open("tool_use", null, call);
                    Delta("input_json_delta", "partial_json", ChatWriting.Arguments(call));
                    Close();
                    break;
            }
            foreach (var citation in WebCitation.Of(content, 0))
                Cite(citation);
        }
        finish = update.FinishReason ?? finish;
    }

    public void End(DirectEnd end)
    {
        Begin();
        Close();
        Event("message_delta");
        json.WriteStartObject("delta");
        json.WriteString("stop_reason", MessagesWriting.Reason(finish, callsTools));
        json.WriteNull("stop_sequence");
        json.WriteEndObject();
        json.WritePropertyName("usage");
        MessagesWriting.Usage(json, end);
        Sent();
        Event("message_stop");
        Sent();
    }

    public void Dispose() => json.Dispose();

    private void Begin()
    {
        if (HasBegun)
            return;
        HasBegun = true;
        Event("message_start");
        json.WriteStartObject("message");
        MessagesWriting.Head(json, run);
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        json.WriteStartObject("usage");
        // What will be counted is told at the end.
        json.WriteNumber("input_tokens", promptTokens);
        json.WriteNumber("cache_creation_input_tokens", 0);
        json.WriteNumber("cache_read_input_tokens", 0);
        json.WriteNumber("output_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        Sent();
    }

    private void AddThought(TextReasoningContent thought)
    {
        if (thought.Text.Length == 0 && thought.ProtectedData is null)
            return;
        Open("thinking", "thinking");
        if (thought.Text.Length > 0)
            Delta("thinking_delta", "thinking", thought.Text);
        if (thought.ProtectedData is not { } signature)
            return;
        Delta("signature_delta", "signature", signature);
        Close();
    }

    private void Cite(WebCitation citation)
    {
        Open("text", "text");
        Event("content_block_delta");
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        json.WriteString("type", "citations_delta");
        json.WritePropertyName("citation");
        MessagesWriting.Citation(json, citation);
        json.WriteEndObject();
        Sent();
    }

    private void Open(string type, string? field, FunctionCallContent? call = null)
    {
        if (open == type)
            return;
        Close();
        open = type;
        Event("content_block_start");
        json.WriteNumber("index", ++index);
        json.WriteStartObject("content_block");
        json.WriteString("type", type);
        if (field is not null)
            json.WriteString(field, "");
        if (type == "thinking")
            json.WriteString("signature", "");
        if (call is not null)
        {
            json.WriteString("id", call.CallId);
            json.WriteString("name", call.Name);
            json.WriteStartObject("input");
            json.WriteEndObject();
        }
        json.WriteEndObject();
        Sent();
    }

    private void Delta(string type, string field, string value)
    {
        Event("content_block_delta");
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.WriteString(field, value);
        json.WriteEndObject();
        Sent();
    }

    private void Close()
    {
        if (open is null)
            return;
        open = null;
        Event("content_block_stop");
        json.WriteNumber("index", index);
        Sent();
    }

    private void Event(string type)
    {
        output.Write("event: "u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(type));
        output.Write("\ndata: "u8);
        json.Reset();
        json.WriteStartObject();
        json.WriteString("type", type);
    }

    private void Sent()
    {
        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }
}
