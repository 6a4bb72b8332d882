using System.Buffers;

namespace NetRoom.Providers.Transport;

/// <summary>Fills a part of the memory and says how much; 0 at the end.</summary>
internal delegate ValueTask<int> ReadBytes(Memory<byte> into);

/// <summary>
/// Server-sent events as the WHATWG rules describe them, but for one thing: an event that is pending at the end of the
/// stream is given out, because proxies lose the last blank line.
/// </summary>
/// <remarks>System.Net.ServerSentEvents drops that event, and has no cap on the size of one.</remarks>
internal sealed class SseReader(ReadBytes read, int maxEventBytes) : IDisposable
{
    private readonly ArrayBufferWriter<byte> data = new(1024);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int start;
    private int scanned;
    private int end;
    private bool skipLineFeed;
    private bool begun;
    private bool hasData;
    private bool ended;

    /// <summary>The event's data, valid until the next call.</summary>
    public ReadOnlySpan<byte> Data => data.WrittenSpan;

    /// <summary>The event was named "error".</summary>
    public bool IsError { get; private set; }

    /// <summary>The first byte that is not white space, without taking it; null at the end of the stream.</summary>
    public async ValueTask<byte?> PeekAsync()
    {
        while (true)
        {
            var seen = buffer.AsSpan(start, end - start).TrimStart("\uFEFF \t\r\n"u8);
            if (!seen.IsEmpty)
                return seen[0];
            if (!await FillAsync())
                return null;
        }
    }

    /// <summary>All the bytes to the end, as one piece of data.</summary>
    public async ValueTask ReadToEndAsync()
    {
        do
        {
            Append(buffer.AsSpan(start, end - start));
            start = scanned = end = 0;
        } while (await FillAsync());
        ended = true;
    }

    /// <summary>The next event that has data; false at the end of the stream.</summary>
    public async ValueTask<bool> NextAsync()
    {
        data.ResetWrittenCount();
        hasData = IsError = false;
        while (!ended)
        {
            while (TakeLine(out var from, out var length))
            {
                if (length == 0 && hasData)
                    return true;
                if (length == 0)
                    IsError = false;
                else
                    Take(buffer.AsSpan(from, length));
            }
            if (end - start > maxEventBytes)
                throw TooLarge();
            if (await FillAsync())
                continue;
            ended = true;
            if (end > start)
                Take(Unmarked(buffer.AsSpan(start, end - start)));
            return hasData;
        }
        return false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        ended = true;
    }

    // A CR ends its line at once; the LF that may follow in a later chunk is then passed over.
    private bool TakeLine(out int from, out int length)
    {
        if (skipLineFeed && start < end)
        {
            skipLineFeed = false;
            if (buffer[start] == '\n')
                scanned = ++start;
        }
        var at = buffer.AsSpan(scanned, end - scanned).IndexOfAny((byte)'\r', (byte)'\n');
        if (at < 0)
        {
            scanned = end;
            (from, length) = (0, 0);
            return false;
        }
        at += scanned;
        var line = Unmarked(buffer.AsSpan(start, at - start));
        (from, length) = (at - line.Length, line.Length);
        skipLineFeed = buffer[at] == '\r';
        start = scanned = at + 1;
        return true;
    }

    private ReadOnlySpan<byte> Unmarked(ReadOnlySpan<byte> line)
    {
        if (begun)
            return line;
        begun = true;
        return line.StartsWith("\uFEFF"u8) ? line[3..] : line;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
            value = value[1..];
        if (name.SequenceEqual("data"u8))
        {
            if (hasData)
                Append("\n"u8);
            hasData = true;
            Append(value);
        }
        else if (name.SequenceEqual("event"u8))
        {
            IsError = value.SequenceEqual("error"u8);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (data.WrittenCount + bytes.Length > maxEventBytes)
            throw TooLarge();
        data.Write(bytes);
    }

    private async ValueTask<bool> FillAsync()
    {
        if (start == end)
        {
            start = scanned = end = 0;
        }
        else if (end == buffer.Length && start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (scanned, end, start) = (scanned - start, end - start, 0);
        }
        else if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        var count = await read(buffer.AsMemory(end));
        end += count;
        return count > 0;
    }

    private ProviderException TooLarge() =>
        new(ProviderErrorKind.Cut, $"An event is larger than {maxEventBytes} bytes.");
}
