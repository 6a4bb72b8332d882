using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;

namespace NetRoom.Billing.Sealing;

/// <summary>Vouches for all transfers of the transactions From (included) to To (not included), and for the seals before.</summary>
internal sealed record Seal(
    long Seq,
    long From,
    long To,
    long Count,
    byte[] Merkle,
    byte[] Previous,
    byte[] Root
)
{
    public const string Columns =
        "seq, from_txid, to_txid, count, merkle_root, previous, root FROM billing.seal";

    /// <summary>What is before the first seal. Transfers of before the chain have transaction 0 and are outside.</summary>
    public static readonly Seal Genesis = new(0, 0, 1, 0, [], [], new byte[32]);

    /// <summary>The seal of a range that begins where this one ends.</summary>
    public Seal Next(long to, MerkleTree tree)
    {
        var merkle = tree.Root();
        Span<byte> numbers = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(numbers, To);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], to);
        BinaryPrimitives.WriteInt64BigEndian(numbers[16..], tree.Count);
        var root = SHA256.HashData([.. Root, .. numbers, .. merkle]);
        return new Seal(Seq + 1, To, to, tree.Count, merkle, Root, root);
    }

    public bool Says(Seal other) =>
        (Seq, From, To, Count) == (other.Seq, other.From, other.To, other.Count)
        && Merkle.AsSpan().SequenceEqual(other.Merkle)
        && Previous.AsSpan().SequenceEqual(other.Previous)
        && Root.AsSpan().SequenceEqual(other.Root);

    public static Seal Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetFieldValue<byte[]>(4),
            row.GetFieldValue<byte[]>(5),
            row.GetFieldValue<byte[]>(6)
        );

    /// <summary>The tree over the transfers of a range, in the order of their transactions.</summary>
    public static async Task<MerkleTree> TreeAsync(
        NpgsqlConnection connection,
        long from,
        long to,
        CancellationToken cancel
    )
    {
        var tree = new MerkleTree();
        await using var command = new NpgsqlCommand(
            "SELECT hash FROM billing.transfer WHERE txid >= $1 AND txid < $2 ORDER BY txid, id",
            connection
        )
        {
            Parameters =
            {
                new() { Value = from },
                new() { Value = to },
            },
            CommandTimeout = 0,
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            tree.Add(reader.GetFieldValue<byte[]>(0));
        return tree;
    }
}
