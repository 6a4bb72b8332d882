using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.OpenAi;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Responses;

/// <summary>Named, numbered events. Each item is added, told in deltas, and given whole; the last event has them all.</summary>
internal sealed class ResponsesStream(
    EventStream events,
    ResponsesWriter writer,
    ResponsesRequest request
) : IWire
{
    private const int PieceOfArguments = 7;

    private readonly List<string> items = [];
    private readonly StringBuilder words = new();
    private readonly List<(int, int)> citations = [];
    private string? open;
    private string itemId = "";
    private bool begun;
    private int sequence;

    public void Text(ReadOnlySpan<char> piece) => Say("output_text", piece);

    public void Refusal(ReadOnlySpan<char> piece) => Say("refusal", piece);

    public void Reasoning(ReadOnlySpan<char> piece)
    {
        if (open != "reasoning")
        {
            Enter("reasoning", $$"""{"type":"reasoning","id":"rs_{{items.Count}}","summary":[]}""");
            if (request.Summary)
            {
                Send(
                    "response.reasoning_summary_part.added",
                    ",\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":\"\"}"
                );
            }
        }
        words.Append(piece);
        if (request.Summary)
        {
            Delta("response.reasoning_summary_text.delta", ",\"summary_index\":0", piece);
        }
    }

    public void ToolCall(string name, ReadOnlySpan<char> arguments)
    {
        var whole = writer.FunctionCall(items.Count, name, arguments.ToString());
        Enter("function_call", writer.FunctionCall(items.Count, name, ""));
        foreach (var piece in arguments.ToString().Chunk(PieceOfArguments))
        {
            Delta("response.function_call_arguments.delta", "", piece);
        }
        Leave(whole);
    }

    public void Search(ReadOnlySpan<char> query)
    {
        var whole = ResponsesWriter.Search(items.Count, query.ToString());
        Enter("web_search_call", whole);
        foreach (var state in (ReadOnlySpan<string>)["in_progress", "searching", "completed"])
        {
            Send("response.web_search_call." + state, "");
        }
        Leave(whole);
    }

    public void Cited(ReadOnlySpan<char> piece)
    {
        var start = words.Length;
        Text(piece);
        var place = (start, words.Length);
        Send(
            "response.output_text.annotation.added",
            ",\"content_index\":0,\"annotation_index\":"
                + citations.Count
                + ",\"annotation\":"
                + Json(json => ResponsesWriter.Citation(json, place))
        );
        citations.Add(place);
    }

    public void Comment(ReadOnlySpan<char> line) => events.Line(line);

    public void UsageSoFar() => Begin();

    public void Restart() { }

    /// <summary>An event of its own, and behind it the failed response.</summary>
    public void Error()
    {
        Begin();
        Send(
            "error",
            ",\"error\":{\"type\":\"server_error\",\"code\":\"server_error\",\"message\":\""
                + OpenAiError.InStream.Message
                + "\",\"param\":null}"
        );
        Lifecycle("failed", Finish.Stop);
    }

    public void Close(Finish finish)
    {
        Begin();
        Leave(null);
        Lifecycle(ResponsesWriter.StatusOf(finish), finish);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => events.FlushAsync(cancellation);

    private void Say(string kind, ReadOnlySpan<char> piece)
    {
        if (open != kind)
        {
            Enter(
                kind,
                $$"""{"type":"message","id":"msg_{{items.Count}}","role":"assistant","status":"in_progress","content":[]}"""
            );
            Send("response.content_part.added", ",\"content_index\":0,\"part\":" + Part(""));
        }
        words.Append(piece);
        Delta($"response.{kind}.delta", ",\"content_index\":0", piece);
    }

    private string Part(string text) =>
        Json(json => ResponsesWriter.Part(json, text, open == "refusal", citations));

    private void Enter(string kind, string item)
    {
        Begin();
        Leave(null);
        open = kind;
        using var parsed = JsonDocument.Parse(item);
        itemId = parsed.RootElement.GetProperty("id").GetString() ?? "";
        Send("response.output_item.added", ",\"item\":" + item);
    }

    // Half of a pair cannot be written whole: what was said in halves is whole again here.
    private void Leave(string? whole)
    {
        if (open is null)
        {
            return;
        }
        var said = words.ToString();
        var number = items.Count;
        if (open is "output_text" or "refusal")
        {
            Send("response.content_part.done", ",\"content_index\":0,\"part\":" + Part(said));
        }
        whole ??=
            open == "reasoning"
                ? writer.Reasoning(number, said)
                : ResponsesWriter.Message(number, said, open == "refusal", citations);
        Send("response.output_item.done", ",\"item\":" + whole);
        items.Add(whole);
        open = null;
        words.Clear();
        citations.Clear();
    }

    private void Begin()
    {
        if (!begun)
        {
            begun = true;
            Lifecycle("created", null);
            Lifecycle("in_progress", null);
        }
    }

    private void Lifecycle(string name, Finish? finish)
    {
        var status = name == "created" ? "in_progress" : name;
        Head("response." + name);
        events.Data.Raw(",\"response\":"u8);
        using (var json = new Utf8JsonWriter(events.Data, JsonText.AsItIs))
        {
            writer.WriteResponse(json, status, finish, items);
        }
        End("response." + name);
    }

    private void Delta(string name, string fields, ReadOnlySpan<char> piece)
    {
        Item(name, fields);
        events.Data.Raw(",\"delta\":\""u8);
        events.Data.Escaped(piece);
        events.Data.Raw("\""u8);
        End(name);
    }

    private void Send(string name, string fields)
    {
        Item(name, fields);
        End(name);
    }

    private void Item(string name, string fields)
    {
        Head(name);
        if (name != "error")
        {
            events.Data.Raw(",\"output_index\":"u8);
            events.Data.Number(items.Count);
            if (!name.StartsWith("response.output_item.", StringComparison.Ordinal))
            {
                events.Data.Raw(",\"item_id\":\""u8);
                Encoding.UTF8.GetBytes(itemId, events.Data);
                events.Data.Raw("\""u8);
            }
        }
        Encoding.UTF8.GetBytes(fields, events.Data);
    }

    private void Head(string name)
    {
        events.Data.Raw("{\"type\":\""u8);
        Encoding.UTF8.GetBytes(name, events.Data);
        events.Data.Raw("\",\"sequence_number\":"u8);
        events.Data.Number(sequence++);
    }

    private void End(string name)
    {
        events.Data.Raw("}"u8);
        events.Send(Encoding.UTF8.GetBytes(name));
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonText.AsItIs))
        {
            write(json);
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
