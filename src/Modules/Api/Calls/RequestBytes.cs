using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace NetRoom.Api.Calls;

/// <summary>The body of a request in one rented piece.</summary>
internal sealed class RequestBytes : IDisposable
{
    /// <summary>The whole request at Anthropic; images go in as base64.</summary>
    public const int Most = 32 * 1024 * 1024;

    private readonly byte[] rented;
    private readonly int length;

    private RequestBytes(byte[] rented, int length) =>
        (this.rented, this.length) = (rented, length);

    public ReadOnlyMemory<byte> Memory => rented.AsMemory(0, length);

    public static async Task<RequestBytes> ReadAsync(HttpRequest request)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (!read.IsCompleted)
            {
                if (read.Buffer.Length > Most)
                    throw new BadHttpRequestException(
                        "The body is too large.",
                        StatusCodes.Status413PayloadTooLarge
                    );
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var size = (int)read.Buffer.Length;
            var bytes = ArrayPool<byte>.Shared.Rent(size);
            read.Buffer.CopyTo(bytes);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            return new RequestBytes(bytes, size);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}
