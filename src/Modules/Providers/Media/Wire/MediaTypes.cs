namespace NetRoom.Providers.Media.Wire;

/// <summary>Media types by file format and by first bytes.</summary>
internal static class MediaTypes
{
    public const string Unknown = "application/octet-stream";

    /// <summary>By the word that providers use for the format: "jpeg", "mp3_44100_128".</summary>
    public static string OfFormat(string? format, string otherwise) =>
        format?.Split('_')[0].ToUpperInvariant() switch
        {
            "PNG" => "image/png",
            "JPEG" or "JPG" => "image/jpeg",
            "WEBP" => "image/webp",
            "GIF" => "image/gif",
            "SVG" => "image/svg+xml",
            "MP3" => "audio/mpeg",
            "WAV" => "audio/wav",
            "OPUS" or "OGG" => "audio/ogg",
            "AAC" => "audio/aac",
            "FLAC" => "audio/flac",
            "PCM" => "audio/L16",
            _ => otherwise,
        };

    /// <summary>Null when the bytes begin like nothing that we know.</summary>
    public static string? OfBytes(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0x89, 0x50, 0x4E, 0x47, ..] => "image/png",
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            _ when bytes.StartsWith("GIF8"u8) => "image/gif",
            _ when Riff(bytes, "WEBP"u8) => "image/webp",
            _ when Riff(bytes, "WAVE"u8) => "audio/wav",
            _ when bytes.Length > 8 && bytes[4..].StartsWith("ftyp"u8) => "video/mp4",
            [0x1A, 0x45, 0xDF, 0xA3, ..] => "video/webm",
            _ when bytes.StartsWith("OggS"u8) => "audio/ogg",
            _ when bytes.StartsWith("fLaC"u8) => "audio/flac",
            _ when bytes.StartsWith("ID3"u8) => "audio/mpeg",
            [0xFF, 0xFB or 0xF3 or 0xF2, ..] => "audio/mpeg",
            _ => null,
        };

    private static bool Riff(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> kind) =>
        bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith(kind);
}
