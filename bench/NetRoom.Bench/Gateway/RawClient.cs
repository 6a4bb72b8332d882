using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NetRoom.Bench.Gateway;

/// <param name="FirstByte">Until the first byte of the body.</param>
internal readonly record struct Timing(double FirstByte, double Whole);

/// <summary>One kept HTTP/1.1 connection that sends the same bytes again and again: HttpClient would cost more than what is measured.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly byte[] request;

    private RawClient(byte[] request) => this.request = request;

    public static async Task<RawClient> ConnectAsync(Uri address, string? key, string body)
    {
        var authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        var client = new RawClient(
            Encoding.UTF8.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: {address.Authority}\r\n{authorization}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
            )
        );
        await client.socket.ConnectAsync(address.Host, address.Port);
        return client;
    }

    /// <exception cref="InvalidOperationException">The answer was none that counts: not 200, or cut.</exception>
    public async Task<Timing> AskAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await socket.SendAsync(request);
        var (filled, bodyAt) = await ReadHeadAsync();
        var head = Encoding.ASCII.GetString(buffer, 0, bodyAt);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new InvalidOperationException(
                head + Encoding.UTF8.GetString(buffer, bodyAt, filled - bodyAt)
            );
        var length = Length(head);
        var got = filled - bodyAt;
        if (got == 0)
            got = await ReceiveAsync(0);
        else
            buffer.AsSpan(bodyAt, got).CopyTo(buffer);
        var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (length is { } whole)
        {
            for (var all = got; all < whole; )
                all += await ReceiveAsync(0);
        }
        else
        {
            // The last five bytes are all that is kept.
            while (!buffer.AsSpan(0, got).EndsWith("0\r\n\r\n"u8))
            {
                var kept = Math.Min(got, 5);
                buffer.AsSpan(got - kept, kept).CopyTo(buffer);
                got = kept + await ReceiveAsync(kept);
            }
        }

        return new Timing(first, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => socket.Dispose();

    private async Task<(int Filled, int BodyAt)> ReadHeadAsync()
    {
        for (var filled = 0; ; )
        {
            filled += await ReceiveAsync(filled);
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return (filled, end + 4);
        }
    }

    private async ValueTask<int> ReceiveAsync(int at)
    {
        var count = await socket.ReceiveAsync(buffer.AsMemory(at));
        return count > 0 ? count : throw new InvalidOperationException("The answer was cut.");
    }

    private static long? Length(string head)
    {
        const string name = "Content-Length:";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? null
            : long.Parse(
                head.AsSpan(
                    at + name.Length,
                    head.IndexOf("\r\n", at, StringComparison.Ordinal) - at - name.Length
                ),
                NumberStyles.AllowLeadingWhite,
                CultureInfo.InvariantCulture
            );
    }
}
