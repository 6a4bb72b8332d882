using System.Buffers.Binary;

namespace NetRoom.Tests.Providers.Conformance;

internal static class TestFiles
{
    /// <summary>The head of a picture: all that is needed to measure it.</summary>
    public static byte[] Png(int width, int height)
    {
        var file = new byte[33];
        file[0] = 0x89;
        "PNG"u8.CopyTo(file.AsSpan(1));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }
}
