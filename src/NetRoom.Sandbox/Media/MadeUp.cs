using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NetRoom.Sandbox.Media;

/// <summary>Files that are valid enough for browsers and players, the same bytes for the same words.</summary>
internal static class MadeUp
{
    private const int LargestSide = 4096;
    private const int WavRate = 24_000;

    public static byte[] Picture(string words, string? size = null)
    {
        var (width, height) = Sides(size);
        var seed = Hash(words);
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        // One bit a pixel, from a palette of two colours.
        (header[8], header[9]) = (1, 3);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "PLTE"u8, [(byte)seed, (byte)(seed >> 8), (byte)(seed >> 16), 250, 250, 250]);
        Chunk(png, "IDAT"u8, Stripes(width, height, (int)(seed % 24) + 8));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>A tone as 16-bit samples at 24 kHz.</summary>
    public static byte[] Samples(string words, int milliseconds)
    {
        var samples = new byte[milliseconds * WavRate / 1000 * 2];
        var pitch = 220 + (Hash(words) % 440);
        for (var at = 0; at < samples.Length; at += 2)
        {
            var value = Math.Sin(at / 2 * 2 * Math.PI * pitch / WavRate) * 8_000;
            BinaryPrimitives.WriteInt16LittleEndian(samples.AsSpan(at), (short)value);
        }
        return samples;
    }

    public static byte[] Wav(string words, int milliseconds)
    {
        var samples = Samples(words, milliseconds);
        using var wav = new MemoryStream();
        using var writer = new BinaryWriter(wav);
        writer.Write("RIFF"u8);
        writer.Write(36 + samples.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(WavRate);
        writer.Write(WavRate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(samples.Length);
        writer.Write(samples);
        return wav.ToArray();
    }

    /// <summary>Silent MPEG frames of 26 ms, one or more for each word.</summary>
    public static byte[] Mp3(string words)
    {
        const int frame = 417;
        var frames = Math.Clamp(words.Length, 8, 400);
        var mp3 = new byte[frames * frame];
        for (var at = 0; at < mp3.Length; at += frame)
            (mp3[at], mp3[at + 1], mp3[at + 2]) = (0xFF, 0xFB, 0x90);
        return mp3;
    }

    /// <summary>The boxes of a film with nothing on it.</summary>
    public static byte[] Film(string words)
    {
        var body = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat($"{Hash(words):x8}", 2_000))
        );
        using var film = new MemoryStream();
        Box(film, "ftyp"u8, "isom\0\0\u0002\0isomiso2mp41"u8);
        Box(film, "mdat"u8, body);
        return film.ToArray();
    }

    private static (int Width, int Height) Sides(string? size)
    {
        var sides = (size ?? "").Split('x');
        return
            sides.Length == 2
            && int.TryParse(sides[0], out var width)
            && int.TryParse(sides[1], out var height)
            && width is > 0 and <= LargestSide
            && height is > 0 and <= LargestSide
            ? (width, height)
            : (1024, 1024);
    }

    private static byte[] Stripes(int width, int height, int period)
    {
        var row = new byte[1 + ((width + 7) / 8)];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                row.AsSpan(1).Fill((byte)(y / period % 2 == 0 ? 0 : 0xFF));
                zlib.Write(row);
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(name);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. name, .. data]));
        png.Write(number);
    }

    private static void Box(MemoryStream film, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length + 8);
        film.Write(number);
        film.Write(name);
        film.Write(data);
    }

    private static uint Hash(string words) => Crc(Encoding.UTF8.GetBytes(words));

    // The checksum that PNG asks for, bit by bit.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var piece in bytes)
        {
            crc ^= piece;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
