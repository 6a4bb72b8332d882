using System.Buffers.Text;
using System.Security.Cryptography;

namespace NetRoom.Accounts.Sessions;

/// <summary>The 256 random bits of a refresh token. Its cookie carries them; the database keeps only their SHA-256.</summary>
internal sealed class RefreshSecret
{
    private const int Length = 32;
    private readonly byte[] bits;

    private RefreshSecret(byte[] bits) => this.bits = bits;

    public byte[] Hash => SHA256.HashData(bits);

    public static RefreshSecret New() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Null for what cannot be a token of ours.</summary>
    public static RefreshSecret? Parse(string? text) =>
        text is { Length: 43 } && Base64Url.IsValid(text, out var length) && length == Length
            ? new RefreshSecret(Base64Url.DecodeFromChars(text))
            : null;

    public string ToCookie() => Base64Url.EncodeToString(bits);

    /// <summary>
    /// The successor, readable only by who holds this secret: a one-time pad of a key that is used once and stored nowhere.
    /// It lets the same answer be given again when the first was lost, without a second branch of the family.
    /// </summary>
    public byte[] Seal(RefreshSecret successor) => Pad(successor.bits);

    public RefreshSecret Open(byte[] sealedSuccessor) => new(Pad(sealedSuccessor));

    private byte[] Pad(byte[] other)
    {
        var pad = HMACSHA256.HashData(bits, "netroom successor"u8);
        for (var at = 0; at < Length; at++)
            pad[at] ^= other[at];
        return pad;
    }
}
