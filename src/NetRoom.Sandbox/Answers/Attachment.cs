using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace NetRoom.Sandbox.Answers;

/// <summary>What the sandbox sees in a file: its type, its size, and the measures of a picture.</summary>
internal static class Attachment
{
    /// <summary>Null when the base64 is none.</summary>
    public static string? Describe(string mediaType, string base64)
    {
        if (!Base64.IsValid(base64))
        {
            return null;
        }
        var bytes = Convert.FromBase64String(base64);
        var measures = Measures(bytes) is var (width, height) ? $" {width}×{height}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{mediaType}{measures}, {bytes.Length} bytes"
        );
    }

    /// <summary>The same of a <c>data:</c> address; another address is only named.</summary>
    public static string? DescribeUrl(string url)
    {
        if (!url.StartsWith("data:", StringComparison.Ordinal))
        {
            return url.StartsWith("http", StringComparison.Ordinal) ? "a linked file" : null;
        }
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var mark = url.IndexOf(";base64", StringComparison.Ordinal);
        return comma < 0 || mark < 0 || mark > comma
            ? null
            : Describe(url["data:".Length..mark], url[(comma + 1)..]);
    }

    private static (int Width, int Height)? Measures(ReadOnlySpan<byte> file) =>
        file.Length >= 24 && file[1..].StartsWith("PNG"u8)
            ? (
                BinaryPrimitives.ReadInt32BigEndian(file[16..]),
                BinaryPrimitives.ReadInt32BigEndian(file[20..])
            )
        : file.Length >= 10 && file.StartsWith("GIF8"u8)
            ? (
                BinaryPrimitives.ReadUInt16LittleEndian(file[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(file[8..])
            )
        : null;
}
