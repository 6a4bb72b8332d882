using System.Security.Cryptography;

namespace NetRoom.Billing.Sealing;

/// <summary>
/// The root of a binary tree of SHA-256, as RFC 6962 (2.1) builds it: leaves and nodes are told apart by their first byte, and the
/// left half is the largest power of two. Takes one leaf after the other and keeps one hash per level.
/// </summary>
internal sealed class MerkleTree
{
    private readonly List<byte[]?> levels = [];

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<byte> leaf)
    {
        var carried = Hash(0, leaf, []);
        var level = 0;
        for (; level < levels.Count && levels[level] is { } left; level++)
        {
            carried = Hash(1, left, carried);
            levels[level] = null;
        }

        if (level == levels.Count)
            levels.Add(null);
        levels[level] = carried;
        Count++;
    }

    /// <summary>Of no leaves: the hash of nothing.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var left in levels.OfType<byte[]>())
            root = root is null ? left : Hash(1, left, root);
        return root ?? SHA256.HashData([]);
    }

    private static byte[] Hash(byte kind, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([kind]);
        sha.AppendData(left);
        sha.AppendData(right);
        return sha.GetHashAndReset();
    }
}
