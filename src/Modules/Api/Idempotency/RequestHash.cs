using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace NetRoom.Api.Idempotency;

/// <summary>Tells whether two requests ask for the same: address and body, for a form its parts without the boundary, which is drawn anew.</summary>
internal static class RequestHash
{
    /// <summary>Reads the body to its end, into memory, and leaves it at its start for the endpoint.</summary>
    public static async Task<byte[]> OfAsync(HttpRequest request, CancellationToken cancel)
    {
        // Content does not go to the disk, not even for the time of a request.
        request.EnableBuffering(bufferThreshold: int.MaxValue);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, $"{request.Method} {request.Path}{request.QueryString}");
        if (
            MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 } boundary
        )
            await AddPartsAsync(hash, boundary.ToString(), request.Body, cancel);
        else
            await AddAsync(hash, request.Body, cancel);
        await request.Body.CopyToAsync(Stream.Null, cancel);
        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    private static async Task AddPartsAsync(
        IncrementalHash hash,
        string boundary,
        Stream body,
        CancellationToken cancel
    )
    {
        var reader = new MultipartReader(boundary, body);
        try
        {
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                Add(hash, section.ContentDisposition ?? "");
                await AddAsync(hash, section.Body, cancel);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // The endpoint will say what is wrong with it.
            Add(hash, "broken");
        }
    }

    private static async Task AddAsync(
        IncrementalHash hash,
        Stream content,
        CancellationToken cancel
    )
    {
        var buffer = new byte[16 * 1024];
        long length = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; length += read)
            hash.AppendData(buffer, 0, read);
        // Lengths keep parts apart: what one has less, the next cannot have more.
        hash.AppendData(BitConverter.GetBytes(length));
    }

    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData(BitConverter.GetBytes((long)text.Length));
    }
}
