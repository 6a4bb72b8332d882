using System.Globalization;
using System.Text.RegularExpressions;

namespace NetRoom.Sandbox.Answers;

/// <summary>
/// Exactly N tokens with M milliseconds between, from a prompt like "pace 200 x 20ms". For benchmarks: hundreds of
/// these run at once, so a step is a slice of a shared string and nothing is built per token.
/// </summary>
internal static partial class Pace
{
    private const int UsualTokens = 200;
    private const int UsualGap = 20;
    private const int MostTokens = 1_000_000;

    // Each is one token: white space and at most four letters.
    private static readonly ReadOnlyMemory<char>[] Words =
    [
        .. new[]
        {
            " the",
            " net",
            " room",
            " runs",
            " at",
            " an",
            " even",
            " pace",
            " and",
            " each",
            " word",
            " is",
        }
            .Concat([" one", " step", " of", " it"])
            .Select(word => word.AsMemory()),
    ];

    public static Answer Answer(Prompt prompt)
    {
        var (tokens, gap) = Read(prompt.Wish);
        return new Answer(Steps(tokens), new Tempo(gap, gap));
    }

    private static (int Tokens, TimeSpan Gap) Read(string question)
    {
        var match = Wish().Match(question);
        return match.Success
            ? (
                Math.Min(
                    int.Parse(match.Groups["tokens"].ValueSpan, CultureInfo.InvariantCulture),
                    MostTokens
                ),
                TimeSpan.FromMilliseconds(
                    int.Parse(match.Groups["gap"].ValueSpan, CultureInfo.InvariantCulture)
                )
            )
            : (UsualTokens, TimeSpan.FromMilliseconds(UsualGap));
    }

    private static IEnumerable<Step> Steps(int tokens)
    {
        for (var i = 0; i < tokens; i++)
        {
            yield return Step.Token(StepKind.Text, Words[i % Words.Length]);
        }
    }

    [GeneratedRegex(
        @"pace\s+(?<tokens>[0-9]{1,7})\s*[x×х]\s*(?<gap>[0-9]{1,6})\s*ms",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 500
    )]
    private static partial Regex Wish();
}
