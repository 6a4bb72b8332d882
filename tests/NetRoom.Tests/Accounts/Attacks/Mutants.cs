#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
namespace NetRoom.Tests.Accounts.Attacks;

/// <summary>Texts that are almost the given ones: letters changed, lost, doubled, moved, parts cut and exchanged. The bench makes a million of them.</summary>
internal static class Mutants
{
    private const string Letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/&% \0\n\u0416\ud83d";

    /// <param name="originals">At least one; mutants also mix two of them.</param>
    /// <returns>Texts that are none of the originals.</returns>
    public static IEnumerable<string> Of(IReadOnlyList<string> originals, int count, int seed)
    {
        var random = new Random(seed);
        while (count > 0)
        {
            var text = originals[random.Next(originals.Count)];
            for (var times = random.Next(1, 4); times > 0; times--)
                text = Change(text, originals[random.Next(originals.Count)], random);
            if (originals.Contains(text))
                continue;
            count--;
            yield return text;
        }
    }

    private static string Change(string text, string other, Random random)
    {
        var at = random.Next(text.Length + 1);
        var end = random.Next(at, text.Length + 1);
        var letter = Letters[random.Next(Letters.Length)];
        return random.Next(8) switch
        {
            0 => text[..at] + letter + text[at..],
            1 when at < text.Length => text[..at] + letter + text[(at + 1)..],
            2 when at < text.Length => text[..at] + text[(at + 1)..],
            3 => text[..at] + text[end..],
            4 => text[..end] + text[at..],
            5 => text[..Math.Min(at, text.Length)] + other[Math.Min(at, other.Length)..],
            6 => Swap(text, other, random),
            _ when at < text.Length => text[..at]
                + (char)(text[at] ^ (1 << random.Next(7)))
                + text[(at + 1)..],
            _ => text + letter,
        };
    }

    /// <summary>Parts between points, of two tokens.</summary>
    private static string Swap(string text, string other, Random random)
    {
        var (mine, theirs) = (text.Split('.'), other.Split('.'));
        mine[random.Next(mine.Length)] = theirs[random.Next(theirs.Length)];
        return string.Join('.', mine);
    }
}
