namespace NetRoom.Api.Calls;

/// <summary>What a file is by its first bytes.</summary>
internal static class FileKinds
{
    /// <returns>The media type; null if it is none of those that models see.</returns>
    public static string? Of(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? "image/png"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : head.StartsWith("GIF8"u8) ? "image/gif"
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8)
            ? "image/webp"
        : head.StartsWith("%PDF"u8) ? "application/pdf"
        : null;

    public static bool IsSound(ReadOnlySpan<byte> head) =>
        (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WAVE"u8))
        || head.StartsWith("ID3"u8)
        || head.StartsWith("OggS"u8)
        || head.StartsWith("fLaC"u8)
        || (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0);
}
