using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetRoom.Accounts.Factors;

/// <summary>One-time codes of time (RFC 6238): HMAC-SHA1, six digits, steps of thirty seconds. What every app of codes can do.</summary>
internal static class Totp
{
    public const int Digits = 6;
    public const int SecretLength = 20;
    private const int StepSeconds = 30;
    private const int Modulus = 1_000_000;
    private const string Base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    [SuppressMessage(
        "Security",
        "CA5350",
        Justification = "RFC 6238 as apps know it; collisions of SHA-1 do not touch HMAC."
    )]
    public static string CodeAt(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code it is: the present one or a neighbour, as clocks differ. Null if it is none of them.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var present = StepAt(now);
        var typed = Encoding.ASCII.GetBytes(code);
        long? matched = null;
        for (var step = present - 1; step <= present + 1; step++)
            if (
                CryptographicOperations.FixedTimeEquals(
                    Encoding.ASCII.GetBytes(CodeAt(secret, step)),
                    typed
                )
            )
                matched = step;
        return matched;
    }

    /// <summary>RFC 4648, without padding: what a person types where no camera is.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            buffer = (buffer << 8) | one;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Base32Letters[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
            text.Append(Base32Letters[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>What the QR code says to the app.</summary>
    public static string Address(ReadOnlySpan<byte> secret, string label) =>
        $"otpauth://totp/NetRoom:{Uri.EscapeDataString(label)}?secret={Base32(secret)}&issuer=NetRoom";
}
