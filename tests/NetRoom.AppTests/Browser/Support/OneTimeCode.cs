using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace NetRoom.AppTests.Browser.Support;

/// <summary>What an app on a phone would show for a key (RFC 6238).</summary>
internal static class OneTimeCode
{
    [SuppressMessage("Security", "CA5350", Justification = "The standard's own hash.")]
    public static string Now(string key)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(
            counter,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30
        );
        var hash = HMACSHA1.HashData(Bytes(key), counter);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[19] & 15)) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Bytes(string key)
    {
        var bits = string.Concat(
            key.Where(char.IsLetterOrDigit)
                .Select(letter => letter < 'A' ? letter - '2' + 26 : letter - 'A')
                .Select(value => value.ToString("b5", CultureInfo.InvariantCulture))
        );
        return
        [
            .. Enumerable
                .Range(0, bits.Length / 8)
                .Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2)),
        ];
    }
}
