using System.Globalization;
using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>
/// Chat completion chunks: role, content, finish, usage when asked for, <c>[DONE]</c>. The unchanging parts of a chunk
/// are encoded once for a stream.
/// </summary>
internal sealed class OpenAiStream : IWire
{
    private const int PieceOfArguments = 7;

    private readonly EventStream events;
    private readonly Quirks quirks;
    private readonly Call call;
    private readonly bool includeUsage;
    private readonly bool obfuscate;
    private readonly byte[] head;
    private readonly byte[] tail;
    private bool open;
    private int chunks;
    private int calls;
    private int said;

    public OpenAiStream(
        EventStream events,
        OpenAiRequest request,
        Quirks quirks,
        Call call,
        string id
    )
    {
        (this.events, this.quirks, this.call) = (events, quirks, call);
        obfuscate = request.Obfuscate;
        includeUsage =
            (request.IncludeUsage && !quirks.HasFlag(Quirks.NoUsage))
            || quirks.HasFlag(Quirks.UsageTwice);
        var created = call.StartedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        head = Encoding.UTF8.GetBytes(
            $$"""{"id":"{{id}}","object":"chat.completion.chunk","created":{{created}},"model":"{{call.Model}}","service_tier":"default","system_fingerprint":"fp_sandbox","choices":["""
        );
        tail = includeUsage ? ",\"usage\":null"u8.ToArray() : [];
    }

    public void Text(ReadOnlySpan<char> words)
    {
        Delta("content"u8, words);
        said += words.Length;
    }

    /// <summary>The name in the first delta; then the arguments in pieces, told apart by the index alone.</summary>
    public void ToolCall(string name, ReadOnlySpan<char> arguments)
    {
        BeginDelta();
        events.Data.Raw("\"tool_calls\":[{\"index\":"u8);
        events.Data.Number(calls);
        events.Data.Raw(",\"id\":\""u8);
        events.Data.Escaped(OpenAiBody.CallId(call, calls));
        events.Data.Raw("\",\"type\":\"function\",\"function\":{\"name\":\""u8);
        events.Data.Escaped(name);
        events.Data.Raw("\",\"arguments\":\"\"}}]"u8);
        EndDelta("null"u8);
        foreach (var piece in arguments.ToString().Chunk(PieceOfArguments))
        {
            BeginDelta();
            events.Data.Raw("\"tool_calls\":[{\"index\":"u8);
            events.Data.Number(calls);
            events.Data.Raw(",\"function\":{\"arguments\":\""u8);
            events.Data.Escaped(piece);
            events.Data.Raw("\"}}]"u8);
            EndDelta("null"u8);
        }
        calls++;
    }

    public void Search(ReadOnlySpan<char> query) { }

    public void Cited(ReadOnlySpan<char> words)
    {
        var start = said;
        Text(words);
        BeginDelta();
        events.Data.Raw("\"annotations\":"u8);
        using (var json = new Utf8JsonWriter(events.Data))
        {
            OpenAiBody.WriteCitations(json, [(start, said)]);
        }
        EndDelta("null"u8);
    }

    public void Refusal(ReadOnlySpan<char> words) => Delta("refusal"u8, words);

    public void Reasoning(ReadOnlySpan<char> words)
    {
        if (!quirks.HasFlag(Quirks.BothReasoning))
        {
            Delta("reasoning_content"u8, words);
            return;
        }
        BeginDelta();
        Field("reasoning"u8, words);
        events.Data.Raw(","u8);
        Field("reasoning_content"u8, words);
        EndDelta("null"u8);
    }

    public void Comment(ReadOnlySpan<char> line) => events.Line(line);

    public void UsageSoFar()
    {
        Open();
        UsageChunk();
    }

    public void Restart() => open = false;

    public void Error()
    {
        OpenAiError.InStream.Write(events.Data);
        events.Send();
    }

    public void Close(Finish finish)
    {
        BeginDelta();
        EndDelta(
            finish switch
            {
                Finish.Stop => "\"stop\""u8,
                Finish.Length => "\"length\""u8,
                Finish.Refusal => "\"content_filter\""u8,
                Finish.ToolCalls => "\"tool_calls\""u8,
                _ => throw new ArgumentOutOfRangeException(nameof(finish)),
            }
        );
        if (includeUsage)
        {
            UsageChunk();
        }
        if (quirks.HasFlag(Quirks.UsageTwice))
        {
            events.Data.Raw(head);
            events.Data.Raw("],\"moderation\":{\"results\":[]},\"usage\":null}"u8);
            events.Send();
        }
        if (!quirks.HasFlag(Quirks.NoDone))
        {
            events.Data.Raw("[DONE]"u8);
            events.Send();
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => events.FlushAsync(cancellation);

    private void Delta(ReadOnlySpan<byte> field, ReadOnlySpan<char> words)
    {
        BeginDelta();
        Field(field, words);
        EndDelta("null"u8);
    }

    private void BeginDelta()
    {
        Open();
        events.Data.Raw(head);
        events.Data.Raw("{\"index\":0,\"delta\":{"u8);
    }

    private void Field(ReadOnlySpan<byte> name, ReadOnlySpan<char> words)
    {
        events.Data.Raw("\""u8);
        events.Data.Raw(name);
        events.Data.Raw("\":\""u8);
        events.Data.Escaped(words);
        events.Data.Raw("\""u8);
    }

    private void EndDelta(ReadOnlySpan<byte> finish)
    {
        events.Data.Raw("},\"logprobs\":null,\"finish_reason\":"u8);
        events.Data.Raw(finish);
        events.Data.Raw("}]"u8);
        events.Data.Raw(tail);
        if (obfuscate)
        {
            events.Data.Raw(",\"obfuscation\":\""u8);
            events.Data.Raw("kQ3vX9bLr7Tz"u8[..(chunks * 5 % 12)]);
            events.Data.Raw("\""u8);
        }
        events.Data.Raw("}"u8);
        events.Send();
        chunks++;
    }

    private void Open()
    {
        if (!open)
        {
            open = true;
            BeginDelta();
            events.Data.Raw("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null"u8);
            EndDelta("null"u8);
        }
    }

    private void UsageChunk()
    {
        events.Data.Raw(head);
        events.Data.Raw("],\"usage\":"u8);
        using (var json = new Utf8JsonWriter(events.Data))
        {
            OpenAiUsage.Write(json, call, quirks);
        }
        events.Data.Raw("}"u8);
        events.Send();
    }
}
