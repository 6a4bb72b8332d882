using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace NetRoom.Sandbox;

/// <summary>Remembers beginnings of prompts by hash, each for its own time to live.</summary>
internal sealed class PrefixCache(TimeProvider clock)
{
    private const int Largest = 50_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, TimeSpan Life)> prefixes =
        new(StringComparer.Ordinal);

    /// <summary>Whether the prefix is remembered; being read prolongs its life.</summary>
    public bool Reads(string prefix)
    {
        var now = clock.GetUtcNow();
        if (!prefixes.TryGetValue(prefix, out var entry) || entry.Until < now)
        {
            return false;
        }
        prefixes[prefix] = (now + entry.Life, entry.Life);
        return true;
    }

    public void Remember(string prefix, TimeSpan life)
    {
        if (prefixes.Count >= Largest)
        {
            prefixes.Clear();
        }
        prefixes[prefix] = (clock.GetUtcNow() + life, life);
    }

    public void Clear() => prefixes.Clear();

    /// <summary>The hash of a prefix that is one block longer than <paramref name="previous"/>.</summary>
    public static string Extend(string previous, string block) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(previous + "\n" + block)));
}
