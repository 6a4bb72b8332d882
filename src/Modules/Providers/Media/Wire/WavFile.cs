using System.Buffers.Binary;

namespace NetRoom.Providers.Media.Wire;

/// <summary>Raw samples, 16 bits and one channel, as a file that players know.</summary>
internal static class WavFile
{
    private const int HeaderBytes = 44;
    private const int BytesPerSample = 2;

    public static byte[] Of(ReadOnlySpan<byte> samples, int rate)
    {
        var file = new byte[HeaderBytes + samples.Length];
        var header = file.AsSpan(0, HeaderBytes);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], rate * BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], BytesPerSample * 8);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], samples.Length);
        samples.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }
}
