using System.Text.RegularExpressions;

namespace NetRoom.Bench.Mutations;

/// <summary>
/// Every guard, order, lock, key and operand of the ledger's functions, broken one at a time by rule: nobody chooses which. A
/// mutation replaces one place of one file; the file is then applied as a whole.
/// </summary>
internal static partial class FunctionMutations
{
    private static readonly string[] Ends =
    [
        "AND",
        "OR",
        "THEN",
        "ELSE",
        "END",
        "ORDER",
        "GROUP",
        "LIMIT",
        "FOR",
        "LOOP",
        "RETURNING",
        "WINDOW",
        "LEFT",
        "JOIN",
        "UNION",
        "ON",
        "WHERE",
    ];

    public static IEnumerable<Mutation> Of(string path)
    {
        var file = Path.GetFileName(path);
        var whole = Comments().Replace(File.ReadAllText(path), comment => new(' ', comment.Length));
        var names = new Dictionary<string, int>();
        foreach (var (at, length, replacement) in Places(whole).OrderBy(place => place.At))
        {
            var old = whole.Substring(at, length);
            var name = $"{Short(Line(whole, at, length))} → {Short(replacement)}";
            names[name] = names.GetValueOrDefault(name) + 1;
            if (names[name] > 1)
                name += $" ({names[name]})";
            yield return new Mutation(
                file,
                name,
                whole[..at] + replacement + whole[(at + length)..]
            )
            {
                Old = old,
            };
        }
    }

    private static IEnumerable<(int At, int Length, string Replacement)> Places(string whole)
    {
        foreach (Match match in Conditions().Matches(whole))
        {
            var condition = match.Groups["condition"];
            if (match.Groups["word"].Value is "WHEN")
                yield return (condition.Index, condition.Length, "NULL");
            else
            {
                yield return (condition.Index, condition.Length, "false");
                if (match.Groups["word"].Value is "IF")
                    yield return (condition.Index, condition.Length, "true");
            }
        }

        foreach (Match match in Leaves().Matches(whole))
            yield return (
                match.Groups["condition"].Index,
                match.Groups["condition"].Length,
                "false"
            );
        foreach (Match match in Locks().Matches(whole))
            yield return (match.Index, match.Length, "");
        foreach (Match match in Skips().Matches(whole))
            yield return (match.Index, match.Length, "");
        foreach (Match match in Conflicts().Matches(whole))
            yield return (match.Index, match.Length, "");
        foreach (Match match in Extremes().Matches(whole))
            yield return (
                match.Index,
                match.Length,
                match.Value is "least(" ? "greatest(" : "least("
            );
        foreach (Match match in Comparisons().Matches(whole))
            yield return (
                match.Index,
                match.Length,
                match.Value.Contains('=', StringComparison.Ordinal)
                    ? match.Value.Replace("=", "", StringComparison.Ordinal)
                    : match.Value.TrimEnd() + "= "
            );
        foreach (Match match in Orders().Matches(whole))
        foreach (Capture key in match.Groups["key"].Captures)
            yield return key.Value.EndsWith(" DESC", StringComparison.Ordinal)
                ? (key.Index, key.Length, key.Value[..^5])
                : (key.Index + key.Length, 0, " DESC");
        foreach (Match match in Operators().Matches(whole))
            if (Operand(whole, match) is { } operand)
                yield return operand;
        foreach (Match match in Branches().Matches(whole))
            yield return (match.Index, match.Length, "");
    }

    /// <summary>What stands after AND, OR or WHERE, up to the next word that ends it: as if it were not there.</summary>
    private static (int At, int Length, string Replacement)? Operand(string whole, Match word)
    {
        // The AND of a BETWEEN is none.
        var before = whole[Math.Max(0, word.Index - 60)..word.Index];
        var between = before.LastIndexOf("BETWEEN", StringComparison.Ordinal);
        if (
            word.Value.Trim() is "AND"
            && between >= 0
            && !Word()
                .Matches(before, between)
                .Any(it => it.Value is "AND" or "OR" or "WHERE" or "THEN")
        )
            return null;
        var start = word.Index + word.Length;
        var depth = 0;
        var at = start;
        for (; at < whole.Length; at++)
        {
            var letter = whole[at];
            if (letter is '(' or '[')
                depth++;
            else if (letter is ')' or ']' && --depth < 0)
                break;
            else if (depth == 0 && letter is ';' or ',')
                break;
            else if (
                depth == 0
                && char.IsWhiteSpace(letter)
                && Word().Match(whole, at + 1) is { Success: true } next
                && next.Index == at + 1
                && Ends.Contains(next.Value)
                && !(next.Value is "AND" && IsBetween(whole[start..at]))
            )
                break;
        }

        var operand = whole[start..at].TrimEnd();
        if (operand.Length == 0)
            return null;
        var or = word.Value.Trim() is "OR" || Next(whole, at) is "OR";
        return (start, operand.Length, or ? "false" : "true");
    }

    private static bool IsBetween(string operand)
    {
        var between = operand.LastIndexOf(" BETWEEN ", StringComparison.Ordinal);
        return between >= 0 && !operand[between..].Contains(" AND ", StringComparison.Ordinal);
    }

    private static string Next(string whole, int at) =>
        Word().Match(whole, at) is { Success: true } next
        && whole[at..next.Index].Trim().Length == 0
            ? next.Value
            : "";

    /// <summary>The place in its line, marked, so that somebody finds it.</summary>
    private static string Line(string whole, int at, int length)
    {
        var start = whole.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        var end = whole.IndexOf('\n', at + length);
        var left = whole[start..at].TrimStart();
        return $"{(left.Length > 40 ? "…" + left[^39..] : left)}⟦{whole.Substring(at, length)}⟧{whole[(at + length)..(end < 0 ? whole.Length : end)]}";
    }

    private static string Short(string text)
    {
        text = Spaces().Replace(text, " ").Trim();
        return text.Length == 0 ? "nothing"
            : text.Length > 110 ? text[..109] + "…"
            : text;
    }

    [GeneratedRegex("--[^\n]*", RegexOptions.None, 1000)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b[A-Z]+\b", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"(?<!END )\b(?<word>IF|ELSIF|WHEN) (?<condition>(?:(?!\bTHEN\b|;)[\s\S])+?)\s+THEN\b",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Conditions();

    [GeneratedRegex(@"\b(?:CONTINUE|EXIT) WHEN (?<condition>[^;]+);", RegexOptions.None, 1000)]
    private static partial Regex Leaves();

    [GeneratedRegex(
        @"\s+FOR (?:NO KEY )?UPDATE(?: OF \w+)?(?: SKIP LOCKED)?",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Locks();

    [GeneratedRegex(" SKIP LOCKED", RegexOptions.None, 1000)]
    private static partial Regex Skips();

    [GeneratedRegex(@"\s+ON CONFLICT[^;]*? DO NOTHING", RegexOptions.None, 1000)]
    private static partial Regex Conflicts();

    [GeneratedRegex(@"\b(?:least|greatest)\(", RegexOptions.None, 1000)]
    private static partial Regex Extremes();

    // What is compared with 0 is a guard of its own: see Conditions.
    [GeneratedRegex(@" (?:<=?|>=?) (?!0\b)", RegexOptions.None, 1000)]
    private static partial Regex Comparisons();

    [GeneratedRegex(
        @"\bORDER BY (?<key>[\w.']+(?: DESC)?)(?:, (?<key>[\w.']+(?: DESC)?))*",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Orders();

    [GeneratedRegex(@"\b(?:AND|OR|WHERE)\s+", RegexOptions.None, 1000)]
    private static partial Regex Operators();

    [GeneratedRegex(
        @"UNION ALL\s+\(?SELECT(?: DISTINCT ON \(t\.wallet_id\))? [0-9]+, (?:(?!UNION ALL|\n    \)|\n\$\$)[\s\S])+",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Branches();
}
