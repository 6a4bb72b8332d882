using Microsoft.AspNetCore.Http;

namespace NetRoom.Api.Idempotency;

/// <summary>Passes an answer on and keeps a copy, unless it is a stream of events or larger than is kept.</summary>
internal sealed class AnswerCopy(Stream inner, HttpResponse response, int largest) : Stream
{
    private MemoryStream? copy = new();

    /// <summary>Null: the answer is not to be kept.</summary>
    public ReadOnlyMemory<byte>? Kept =>
        copy is null || IsEvents
            ? default(ReadOnlyMemory<byte>?)
            : copy.GetBuffer().AsMemory(0, (int)copy.Length);

    private bool IsEvents =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase)
        == true;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        Keep(buffer.Span);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Keep(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (copy is null)
            return;
        if (IsEvents || copy.Length + part.Length > largest)
            copy = null;
        else
            copy.Write(part);
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
