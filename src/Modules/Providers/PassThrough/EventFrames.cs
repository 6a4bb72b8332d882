using System.Buffers;

namespace NetRoom.Providers.PassThrough;

/// <summary>
/// Cuts a stream of server-sent events into its frames and leaves their bytes as they are. A frame's spans are valid until the next
/// call of <see cref="Space"/>.
/// </summary>
internal sealed class EventFrames(int maxBytes) : IDisposable
{
    private readonly ArrayBufferWriter<byte> joined = new(256);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int start;
    private int end;

    // From the start of the frame, so that moving the bytes changes none of them.
    private int length;
    private int scanned;
    private int line;
    private int dataAt;
    private int dataLength;
    private int dataLines;

    /// <summary>The frame's own bytes, with its blank line unless the stream ended without one.</summary>
    public ReadOnlySpan<byte> Frame => buffer.AsSpan(start, length);

    /// <summary>What its data lines say, joined; empty for a comment.</summary>
    public ReadOnlySpan<byte> Data =>
        dataLines > 1 ? joined.WrittenSpan : Frame.Slice(dataAt, dataLength);

    /// <summary>Where the data begins in the frame; -1 when it is joined from several lines.</summary>
    public int DataAt => dataLines > 1 ? -1 : dataAt;

    /// <summary>The event was named "error".</summary>
    public bool IsError { get; private set; }

    /// <summary>The stream ended in the middle of this frame, which proxies do with the last one.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What has come and is no frame yet.</summary>
    public ReadOnlySpan<byte> Rest => buffer.AsSpan(start + length, end - start - length);

    /// <summary>Room for the next bytes.</summary>
    /// <exception cref="ProviderException">A frame is larger than the cap.</exception>
    public Memory<byte> Space()
    {
        Drop();
        if (end - start > maxBytes)
            throw new ProviderException(
                ProviderErrorKind.Cut,
                $"An event is larger than {maxBytes} bytes."
            );
        if (start == end)
        {
            (start, end) = (0, 0);
        }
        else if (end == buffer.Length && start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        else if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return buffer.AsMemory(end);
    }

    public void Filled(int count) => end += count;

    public bool TryNext()
    {
        Drop();
        var bytes = buffer.AsSpan(start, end - start);
        while (true)
        {
            var at = bytes[scanned..].IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0)
            {
                scanned = bytes.Length;
                return false;
            }
            at += scanned;
            // A line feed may follow in the next bytes.
            if (bytes[at] == '\r' && at + 1 == bytes.Length)
            {
                scanned = at;
                return false;
            }
            var after = bytes[at] == '\r' && bytes[at + 1] == '\n' ? at + 2 : at + 1;
            if (at == line)
            {
                length = after;
                return true;
            }
            Take(bytes[line..at], line);
            line = scanned = after;
        }
    }

    /// <summary>What is left when the stream has ended.</summary>
    public bool TryLast()
    {
        Drop();
        var bytes = buffer.AsSpan(start, end - start);
        if (bytes.IsEmpty)
            return false;
        if (line < bytes.Length)
            Take(bytes[line..].TrimEnd("\r\n"u8), line);
        length = bytes.Length;
        IsOpen = true;
        return true;
    }

    /// <summary>Forgets all that has come.</summary>
    public void Clear()
    {
        (start, end) = (0, 0);
        length = scanned = line = dataAt = dataLength = dataLines = 0;
        IsError = IsOpen = false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = length = 0;
    }

    // The frame that was given out is done with.
    private void Drop()
    {
        if (length == 0)
            return;
        start += length;
        length = scanned = line = dataAt = dataLength = dataLines = 0;
        IsError = false;
    }

    private void Take(ReadOnlySpan<byte> text, int at)
    {
        if (text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
            at += 3;
        }
        if (text.SequenceEqual("event: error"u8) || text.SequenceEqual("event:error"u8))
            IsError = true;
        if (!text.StartsWith("data:"u8))
            return;
        var skip = text.Length > 5 && text[5] == ' ' ? 6 : 5;
        var data = text[skip..];
        if (++dataLines == 1)
        {
            (dataAt, dataLength) = (at + skip, data.Length);
            return;
        }
        if (dataLines == 2)
        {
            joined.ResetWrittenCount();
            joined.Write(buffer.AsSpan(start + dataAt, dataLength));
        }
        joined.Write("\n"u8);
        joined.Write(data);
    }
}
