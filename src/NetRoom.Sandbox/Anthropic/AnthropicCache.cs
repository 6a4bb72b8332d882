using System.Runtime.InteropServices;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>The three disjoint counters of a prompt: fresh, written to the cache, read from it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CacheUse(int Read, int WrittenShort, int WrittenLong)
{
    public int Written => WrittenShort + WrittenLong;
}

/// <summary>Prompt caching by <c>cache_control</c>: the longest remembered prefix is read, the rest up to the last
/// mark is written.</summary>
internal static class AnthropicCache
{
    public static CacheUse Use(
        PrefixCache cache,
        IReadOnlyList<AnthropicBlock> blocks,
        string model,
        int minimum
    )
    {
        var last = -1;
        for (var i = 0; i < blocks.Count; i++)
        {
            last = blocks[i].CacheLife is null ? last : i;
        }
        if (last < 0)
        {
            return default;
        }

        var prefixes = new (string Hash, int Length)[last + 1];
        var (prefix, length) = (model, 0);
        for (var i = 0; i <= last; i++)
        {
            prefix = PrefixCache.Extend(prefix, blocks[i].Identity);
            length += blocks[i].Tokens;
            prefixes[i] = (prefix, length);
        }

        var read = 0;
        for (var i = last; i >= 0 && read == 0; i--)
        {
            read = cache.Reads(prefixes[i].Hash) ? prefixes[i].Length : 0;
        }
        return Write(cache, blocks, prefixes, read, minimum);
    }

    private static CacheUse Write(
        PrefixCache cache,
        IReadOnlyList<AnthropicBlock> blocks,
        (string Hash, int Length)[] prefixes,
        int read,
        int minimum
    )
    {
        var (known, writtenShort, writtenLong) = (read, 0, 0);
        for (var i = 0; i < prefixes.Length; i++)
        {
            if (
                blocks[i].CacheLife is not { } life
                || prefixes[i].Length <= known
                || prefixes[i].Length < minimum
            )
            {
                continue;
            }
            var fresh = prefixes[i].Length - known;
            writtenLong += life == AnthropicBlock.LongLife ? fresh : 0;
            writtenShort += life == AnthropicBlock.LongLife ? 0 : fresh;
            known = prefixes[i].Length;
            cache.Remember(prefixes[i].Hash, life);
        }
        return new CacheUse(read, writtenShort, writtenLong);
    }
}
