using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Api.Calls;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>A translated answer as chunks of a chat completion.</summary>
internal sealed class ChatStream(DirectRun run, bool includeUsage, IBufferWriter<byte> output)
    : ITextStream
{
    private static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter json = new(output, AsItIs);
    private ChatFinishReason? finish;
    private int calls;
    private int said;

    public bool HasBegun { get; private set; }

    public void Add(ChatResponseUpdate update)
    {
        Begin();
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent { Text.Length: > 0 } reasoning:
                    Delta(delta => delta.WriteString("reasoning_content", reasoning.Text));
                    break;
                case TextContent { Text.Length: > 0 } text:
                    said += text.Text.Length;
                    Delta(delta => delta.WriteString("content", text.Text));
                    break;
                case FunctionCallContent call:
                    Delta(delta =>
                    {
                        delta.WriteStartArray("tool_calls");
                        ChatWriting.Call(delta, call, calls++);
                        delta.WriteEndArray();
                    });
                    break;
            }
            var citations = WebCitation.Of(content, said).ToList();
            if (citations.Count > 0)
                Delta(delta => ChatWriting.Annotations(delta, citations));
        }
        finish = update.FinishReason ?? finish;
    }

    public void End(DirectEnd end)
    {
        Begin();
        Delta(_ => { }, ChatWriting.Reason(finish));
        if (includeUsage)
        {
            Open();
            json.WriteEndArray();
            json.WritePropertyName("usage");
            OpenAiUsage.WriteChat(json, end);
            Close();
        }
        output.Write("data: [DONE]\n\n"u8);
    }

    public void Dispose() => json.Dispose();

    private void Begin()
    {
        if (HasBegun)
            return;
        HasBegun = true;
        Delta(delta =>
        {
            delta.WriteString("role", "assistant");
            delta.WriteString("content", "");
            delta.WriteNull("refusal");
        });
    }

    private void Delta(Action<Utf8JsonWriter> write, string? reason = null)
    {
        Open();
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        write(json);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", reason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (includeUsage)
            json.WriteNull("usage");
        Close();
    }

    private void Open()
    {
        output.Write("data: "u8);
        json.Reset();
        json.WriteStartObject();
        json.WriteString("id", ChatWriting.Id(run));
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", ChatWriting.Created(run));
        json.WriteString("model", run.Model.Id);
        json.WriteStartArray("choices");
    }

    private void Close()
    {
        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }
}
