using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetRoom.Accounts.Passwords;

/// <summary>
/// The layout of ASP.NET Core Identity v3: 0x01 | PRF | iterations | salt length (each uint32 BE) | salt | subkey, in base64.
/// New hashes are PBKDF2-SHA256; those of PRF 0 to 2 are verified.
/// </summary>
internal static class PasswordHash
{
    public const int MostIterations = 10_000_000;
    private const byte Version = 1;
    private const uint Sha256 = 1;
    private const int HeaderLength = 13;
    private const int SaltLength = 16;
    private const int SubkeyLength = 32;
    private const int LongestText = 256;

    public static string Create(string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var subkey = Rfc2898DeriveBytes.Pbkdf2(
            password,
            salt,
            iterations,
            HashAlgorithmName.SHA256,
            SubkeyLength
        );
        return Text(iterations, salt, subkey);
    }

    /// <summary>Belongs to no password, and costs as much to refuse as a real one.</summary>
    public static string Dummy(int iterations) =>
        Text(
            iterations,
            RandomNumberGenerator.GetBytes(SaltLength),
            RandomNumberGenerator.GetBytes(SubkeyLength)
        );

    public static bool Verify(string password, string hash)
    {
        if (Parse(hash) is not { } parts)
            return false;
        var subkey = Rfc2898DeriveBytes.Pbkdf2(
            password,
            parts.Salt,
            parts.Iterations,
            parts.Algorithm,
            parts.Subkey.Length
        );
        return CryptographicOperations.FixedTimeEquals(subkey, parts.Subkey);
    }

    /// <summary>Whether the hash was made as new ones are, or more slowly.</summary>
    public static bool IsCurrent(string hash, int iterations) =>
        Parse(hash) is { } parts
        && parts.Algorithm == HashAlgorithmName.SHA256
        && parts.Iterations >= iterations;

    private static string Text(int iterations, byte[] salt, byte[] subkey)
    {
        var bytes = new byte[HeaderLength + salt.Length + subkey.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), Sha256);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), (uint)salt.Length);
        salt.CopyTo(bytes, HeaderLength);
        subkey.CopyTo(bytes, HeaderLength + salt.Length);
        return Convert.ToBase64String(bytes);
    }

    private static Parts? Parse(string hash)
    {
        var buffer = new byte[LongestText];
        if (
            hash.Length > LongestText
            || !Convert.TryFromBase64String(hash, buffer, out var length)
            || length < HeaderLength
            || buffer[0] != Version
        )
            return null;
        var algorithm = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(1)) switch
        {
            0 => HashAlgorithmName.SHA1,
            Sha256 => HashAlgorithmName.SHA256,
            2 => HashAlgorithmName.SHA512,
            _ => default(HashAlgorithmName?),
        };
        var iterations = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(5));
        var saltLength = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(9));
        if (
            algorithm is not { } known
            || iterations is 0 or > MostIterations
            || saltLength is < SaltLength or > 64
            || length - HeaderLength - saltLength is < SaltLength or > 64
        )
            return null;
        var subkeyAt = HeaderLength + (int)saltLength;
        return new Parts(
            known,
            (int)iterations,
            buffer[HeaderLength..subkeyAt],
            buffer[subkeyAt..length]
        );
    }

    private sealed record Parts(
        HashAlgorithmName Algorithm,
        int Iterations,
        byte[] Salt,
        byte[] Subkey
    );
}
