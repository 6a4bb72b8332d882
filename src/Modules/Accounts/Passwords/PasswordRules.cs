using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Passwords;

/// <summary>
/// NIST SP 800-63B: length and a list of what everyone tries, no rules of composition. The password is used as typed but for NFKC,
/// so that one keyboard's "é" is another's.
/// </summary>
internal static class PasswordRules
{
    public const int Shortest = 10;
    public const int Longest = 256;

    /// <summary>What must remain of a password beside words that a guesser tries first.</summary>
    private const int LeastBesideKnownWords = 6;
    private const int ShortestKnownWord = 4;
    private const string Service = "netroom";
    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    public static string Normalise(string password) => password.Normalize(NormalizationForm.FormKC);

    /// <summary>Whether it is worth hashing at all: text of a length that cannot be used to keep us busy.</summary>
    public static bool CanBe([NotNullWhen(true)] string? password) =>
        password is { Length: > 0 and <= 4 * Longest } && IsText(password);

    /// <summary>Null when the password will do.</summary>
    public static Problem? Check(string? password, EmailAddress? email, string name = "")
    {
        if (!CanBe(password))
            return password is { Length: > 4 * Longest } ? TooLong : TooShort;
        var normal = Normalise(password);
        return normal.EnumerateRunes().Count() switch
        {
            < Shortest => TooShort,
            > Longest => TooLong,
            _ when IsCommon(normal, email, name) => new Problem(
                ProblemKind.Invalid,
                "accounts.password_common"
            ),
            _ => null,
        };
    }

    private static Problem TooShort =>
        new(ProblemKind.Invalid, "accounts.password_short", Shortest);

    private static Problem TooLong => new(ProblemKind.Invalid, "accounts.password_long", Longest);

    private static bool IsCommon(string password, EmailAddress? email, string name)
    {
        var folded = password.ToLowerInvariant();
        return Common.Value.Contains(folded)
            || IsSequence(folded)
            || Repeats(folded)
            || BesideKnownWords(folded, email, name) < LeastBesideKnownWords;
    }

    /// <summary>"abcdefghij", "9876543210".</summary>
    private static bool IsSequence(string text)
    {
        var steps = text.Zip(text.Skip(1), (left, right) => right - left).Distinct().ToList();
        return steps is [>= -1 and <= 1];
    }

    /// <summary>"abcabcabcabc": one short unit again and again.</summary>
    private static bool Repeats(string text) =>
        Enumerable
            .Range(1, 4)
            .Any(unit =>
                Enumerable.Range(unit, text.Length - unit).All(at => text[at] == text[at - unit])
            );

    private static int BesideKnownWords(string text, EmailAddress? email, string name)
    {
        string?[] words =
        [
            email?.Key,
            email?.Local,
            email?.Domain.Split('.')[0],
            Service,
            .. Normalise(name).ToLowerInvariant().Split(' '),
        ];
        foreach (var word in words)
            if (word is { Length: >= ShortestKnownWord })
                text = text.Replace(word, "", StringComparison.Ordinal);
        return text.EnumerateRunes().Count();
    }

    private static bool IsText(string password)
    {
        for (var rest = password.AsSpan(); rest.Length > 0; )
        {
            if (
                Rune.DecodeFromUtf16(rest, out _, out var length)
                != System.Buffers.OperationStatus.Done
            )
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream(
            "common-passwords"
        )!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();
    }
}
