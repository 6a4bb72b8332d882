using System.Security.Cryptography;
using NetRoom.Billing.Sealing;

namespace NetRoom.Tests.Billing.Audit;

public sealed class MerkleTreeTests
{
    [Fact]
    public void The_root_is_the_one_that_the_definition_gives()
    {
        for (var count = 0; count <= 130; count++)
        {
            var leaves = Leaves(count);
            Root(leaves).ShouldBe(count == 0 ? SHA256.HashData([]) : Defined(leaves));
        }
    }

    [Fact]
    public void A_leaf_that_is_changed_added_removed_or_moved_changes_the_root()
    {
        for (var count = 2; count <= 40; count++)
        {
            var leaves = Leaves(count);
            var root = Root(leaves);
            for (var at = 0; at < count; at++)
            {
                byte[] other = [.. leaves[at].Select(octet => (byte)(octet ^ 1))];
                Root([.. leaves[..at], other, .. leaves[(at + 1)..]]).ShouldNotBe(root);
                Root([.. leaves[..at], .. leaves[(at + 1)..]]).ShouldNotBe(root);
                Root([.. leaves[..at], leaves[at], .. leaves[at..]]).ShouldNotBe(root);
                if (at > 0)
                    Root([.. leaves[..(at - 1)], leaves[at], leaves[at - 1], .. leaves[(at + 1)..]])
                        .ShouldNotBe(root);
            }
        }
    }

    [Fact]
    public void A_node_cannot_pass_for_a_leaf()
    {
        var leaves = Leaves(2);
        byte[] node =
        [
            1,
            .. SHA256.HashData([0, .. leaves[0]]),
            .. SHA256.HashData([0, .. leaves[1]]),
        ];
        Root([node]).ShouldNotBe(Root(leaves));
    }

    private static byte[][] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(number => SHA256.HashData([(byte)number]))];

    private static byte[] Root(byte[][] leaves)
    {
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
            tree.Add(leaf);
        tree.Count.ShouldBe(leaves.Length);
        return tree.Root();
    }

    private static byte[] Defined(byte[][] leaves)
    {
        if (leaves.Length == 1)
            return SHA256.HashData([0, .. leaves[0]]);
        var half = 1;
        while (half * 2 < leaves.Length)
            half *= 2;
        return SHA256.HashData([1, .. Defined(leaves[..half]), .. Defined(leaves[half..])]);
    }
}
