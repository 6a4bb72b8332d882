using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace NetRoom.Api.Keys;

/// <summary>
/// The key itself: "nr-", 43 characters of base 62 (256 random bits), then a CRC-32C of both in six more. The prefix lets scanners of
/// secrets find a key that got away (<c>nr-[0-9A-Za-z]{49}</c>); the checksum tells a mistyped one without asking the database.
/// </summary>
internal static class KeySecret
{
    public const string Prefix = "nr-";
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Known = SearchValues.Create(Letters);
    private const int RandomLetters = 43;
    private const int ChecksumLetters = 6;
    private const int Length = 3 + RandomLetters + ChecksumLetters;
    private const int StartLength = 3 + 5;

    public static string Create()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Letters, RandomLetters);
        return body + Checksum(body);
    }

    /// <summary>False for anything that was never a key of ours, or not copied whole.</summary>
    public static bool IsWhole(string text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Known) < 0
        && text.AsSpan(Length - ChecksumLetters)
            .SequenceEqual(Checksum(text.AsSpan(0, Length - ChecksumLetters)));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    /// <summary>What may be shown of a key for ever.</summary>
    public static string Start(string key) => key[..StartLength];

    private static string Checksum(ReadOnlySpan<char> body)
    {
        var crc = uint.MaxValue;
        foreach (var letter in body)
            crc = BitOperations.Crc32C(crc, (byte)letter);
        crc = ~crc;
        Span<char> letters = stackalloc char[ChecksumLetters];
        for (var at = ChecksumLetters - 1; at >= 0; at--, crc /= (uint)Letters.Length)
            letters[at] = Letters[(int)(crc % (uint)Letters.Length)];
        return new string(letters);
    }
}
