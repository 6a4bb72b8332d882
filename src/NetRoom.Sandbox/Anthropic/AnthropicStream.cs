using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>
/// Named events: message_start, blocks with their deltas, a ping after the first block opens, a cumulative
/// message_delta, message_stop. Payloads are padded with trailing spaces.
/// </summary>
internal sealed class AnthropicStream(
    EventStream events,
    AnthropicUsage usage,
    Quirks quirks,
    Call call,
    bool showThinking
) : IWire
{
    private const int DeltasBetweenPings = 200;
    private const int PieceOfArguments = 7;

    private readonly StringBuilder thought = new();
    private readonly string id = AnthropicBody.NewId();
    private bool open;
    private string? block;
    private int blocks;
    private int sent;
    private int calls;

    public void Text(ReadOnlySpan<char> words)
    {
        Enter("text", "{\"type\":\"text\",\"text\":\"\"}"u8);
        Delta("text_delta\",\"text"u8, words);
        PingNowAndThen();
    }

    public void Reasoning(ReadOnlySpan<char> words)
    {
        Enter("thinking", "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8);
        thought.Append(words);
        if (showThinking)
        {
            Delta("thinking_delta\",\"thinking"u8, words);
            PingNowAndThen();
        }
    }

    public void Refusal(ReadOnlySpan<char> words) => Text(words);

    /// <summary>The input comes in pieces, the first of them empty.</summary>
    public void ToolCall(string name, ReadOnlySpan<char> arguments)
    {
        Begin(
            "tool_use",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "tool_use");
                json.WriteString("id", AnthropicBody.CallId(call, calls++));
                json.WriteString("name", name);
                json.WriteStartObject("input");
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );
        Delta("input_json_delta\",\"partial_json"u8, "");
        foreach (var piece in arguments.ToString().Chunk(PieceOfArguments))
        {
            Delta("input_json_delta\",\"partial_json"u8, piece);
        }
        Leave();
    }

    public void Search(ReadOnlySpan<char> query)
    {
        var asked = query.ToString();
        Begin("server_tool_use", json => AnthropicBody.WriteSearch(json, asked));
        Leave();
        Begin("web_search_tool_result", AnthropicBody.WriteFound);
        Leave();
    }

    public void Cited(ReadOnlySpan<char> words)
    {
        Leave();
        Text(words);
        BeginIndexed("content_block_delta"u8);
        events.Data.Raw(",\"delta\":{\"type\":\"citations_delta\",\"citation\":"u8);
        using (var json = new Utf8JsonWriter(events.Data))
        {
            AnthropicBody.WriteCitation(json);
        }
        events.Data.Raw("}"u8);
        Finish("content_block_delta"u8);
        Leave();
    }

    public void Comment(ReadOnlySpan<char> line) => events.Line(line);

    public void UsageSoFar()
    {
        Open();
        MessageDelta(json => json.WriteNull("stop_reason"), usage.WriteSoFar);
    }

    public void Restart()
    {
        (open, block, blocks) = (false, null, 0);
        thought.Clear();
    }

    public void Error()
    {
        AnthropicError.Overloaded.Write(events.Data, null);
        Send("error"u8);
    }

    public void Close(Finish finish)
    {
        Open();
        Leave();
        MessageDelta(json => AnthropicBody.WriteStop(json, finish), usage.WriteSoFar);
        if (quirks.HasFlag(Quirks.UsageTwice))
        {
            MessageDelta(
                json => AnthropicBody.WriteStop(json, finish),
                json => json.WriteNull("usage")
            );
        }
        if (!quirks.HasFlag(Quirks.NoDone))
        {
            events.Data.Raw("{\"type\":\"message_stop\""u8);
            Finish("message_stop"u8);
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => events.FlushAsync(cancellation);

    private void Open()
    {
        if (open)
        {
            return;
        }
        open = true;
        using (var json = new Utf8JsonWriter(events.Data))
        {
            json.WriteStartObject();
            json.WriteString("type", "message_start");
            json.WriteStartObject("message");
            AnthropicBody.WriteHead(json, id, call.Model);
            json.WriteStartArray("content");
            json.WriteEndArray();
            json.WriteNull("stop_reason");
            json.WriteNull("stop_sequence");
            usage.WriteWhole(json, 1);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        Send("message_start"u8);
    }

    private void Enter(string kind, ReadOnlySpan<byte> start)
    {
        if (block == kind)
        {
            return;
        }
        StartBlock(kind);
        events.Data.Raw(start);
        BlockStarted();
    }

    private void Begin(string kind, Action<Utf8JsonWriter> start)
    {
        StartBlock(kind);
        using (var json = new Utf8JsonWriter(events.Data, JsonText.AsItIs))
        {
            start(json);
        }
        BlockStarted();
    }

    private void StartBlock(string kind)
    {
        Open();
        Leave();
        block = kind;
        BeginIndexed("content_block_start"u8);
        events.Data.Raw(",\"content_block\":"u8);
    }

    private void BlockStarted()
    {
        Finish("content_block_start"u8);
        if (blocks == 0)
        {
            Ping();
        }
    }

    private void Leave()
    {
        if (block is null)
        {
            return;
        }
        if (block == "thinking")
        {
            Delta("signature_delta\",\"signature"u8, Signature.Of(thought.ToString()));
            thought.Clear();
        }
        BeginIndexed("content_block_stop"u8);
        Finish("content_block_stop"u8);
        block = null;
        blocks++;
    }

    private void Delta(ReadOnlySpan<byte> typeAndField, ReadOnlySpan<char> words)
    {
        BeginIndexed("content_block_delta"u8);
        events.Data.Raw(",\"delta\":{\"type\":\""u8);
        events.Data.Raw(typeAndField);
        events.Data.Raw("\":\""u8);
        events.Data.Escaped(words);
        events.Data.Raw("\"}"u8);
        Finish("content_block_delta"u8);
    }

    private void PingNowAndThen()
    {
        if (sent % DeltasBetweenPings == 0)
        {
            Ping();
        }
    }

    private void Ping()
    {
        events.Data.Raw("{\"type\": \"ping\""u8);
        Finish("ping"u8);
    }

    private void MessageDelta(Action<Utf8JsonWriter> stop, Action<Utf8JsonWriter> use)
    {
        using (var json = new Utf8JsonWriter(events.Data))
        {
            json.WriteStartObject();
            json.WriteString("type", "message_delta");
            json.WriteStartObject("delta");
            stop(json);
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            use(json);
            json.WriteEndObject();
        }
        Send("message_delta"u8);
    }

    private void BeginIndexed(ReadOnlySpan<byte> type)
    {
        events.Data.Raw("{\"type\":\""u8);
        events.Data.Raw(type);
        events.Data.Raw("\",\"index\":"u8);
        events.Data.Number(blocks);
    }

    private void Finish(ReadOnlySpan<byte> name)
    {
        events.Data.Raw("}"u8);
        Send(name);
    }

    private void Send(ReadOnlySpan<byte> name)
    {
        events.Data.Raw("             "u8[..(sent * 7 % 13)]);
        events.Send(name);
        sent++;
    }
}
