using System.Buffers;
using System.Text;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Streaming;

/// <summary>Server-sent events on a response, with the faults that are about bytes and lines.</summary>
internal sealed class EventStream(HttpResponse response, Quirks quirks)
{
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(1);

    private readonly byte[] lineEnd = quirks.HasFlag(Quirks.Crlf)
        ? "\r\n"u8.ToArray()
        : "\n"u8.ToArray();
    private readonly ArrayBufferWriter<byte>? slowly = quirks.HasFlag(Quirks.ByteByByte)
        ? new()
        : null;

    /// <summary>The data of the event in hand; sending empties it.</summary>
    public ArrayBufferWriter<byte> Data { get; } = new(512);

    private IBufferWriter<byte> Sink => slowly ?? (IBufferWriter<byte>)response.BodyWriter;

    /// <summary>Sends the headers, so that the client has a response before its first event.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellation);
        await response.BodyWriter.FlushAsync(cancellation);
    }

    /// <summary>Ends the event in hand; an empty name means an unnamed event.</summary>
    public void Send(ReadOnlySpan<byte> name = default)
    {
        if (!name.IsEmpty)
        {
            Sink.Raw("event: "u8);
            Sink.Raw(name);
            Sink.Raw(lineEnd);
        }
        Sink.Raw("data: "u8);
        if (quirks.HasFlag(Quirks.MultiData))
        {
            Broken(Data.WrittenSpan);
        }
        else
        {
            Sink.Raw(Data.WrittenSpan);
        }
        Sink.Raw(lineEnd);
        Sink.Raw(lineEnd);
        Data.ResetWrittenCount();
    }

    public void Line(ReadOnlySpan<char> line)
    {
        Encoding.UTF8.GetBytes(line, Sink);
        Sink.Raw(lineEnd);
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (slowly is null)
        {
            await response.BodyWriter.FlushAsync(cancellation);
            return;
        }
        foreach (var piece in slowly.WrittenMemory.ToArray())
        {
            response.BodyWriter.Write([piece]);
            await response.BodyWriter.FlushAsync(cancellation);
            if (piece > 127)
            {
                // Long enough for the network to see the halves of a character apart.
                await Task.Delay(BetweenBytes, cancellation);
            }
        }
        slowly.ResetWrittenCount();
    }

    // A line may end wherever JSON allows white space: after a comma outside strings.
    private void Broken(ReadOnlySpan<byte> json)
    {
        var inString = false;
        var from = 0;
        for (var i = 0; i < json.Length; i++)
        {
            if (inString && json[i] == '\\')
            {
                i++;
            }
            else if (json[i] == '"')
            {
                inString = !inString;
            }
            else if (json[i] == ',' && !inString)
            {
                Sink.Raw(json[from..(i + 1)]);
                Sink.Raw(lineEnd);
                Sink.Raw("data: "u8);
                from = i + 1;
            }
        }
        Sink.Raw(json[from..]);
    }
}
