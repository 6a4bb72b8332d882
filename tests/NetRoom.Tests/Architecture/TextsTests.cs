using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetRoom.Tests.Architecture;

public sealed partial class TextsTests
{
    /// <summary>Keys that the code puts together: a word and what follows from an enum or from the data.</summary>
    private static readonly string[] ComputedPrefixes =
    [
        "Think: ",
        "unit.",
        "short.",
        "category.",
        "kind.",
        "ledger.",
        "about.",
        "role.",
        "act.",
        "product.",
        "models.",
        "zone.",
        "scope.",
        "short.scope.",
        "endpoint.",
        "error.",
        "funding.",
        "badge.",
        "group.",
        "status.",
        "quality.",
        "effort.",
        "generation.failed.",
        "purpose.",
        "term.",
        "signal.",
        "because.",
        "decision.",
        "age.",
        "letter.",
        "title.",
        "done.",
        "more.",
        "reason.",
        "way.",
        "method.",
        "device.",
    ];

    /// <summary>Words that look like codes of problems and are not.</summary>
    private static readonly string[] NotProblems =
    [
        "kernel.qrtz_",
        "accounts.password_",
        "api.bfl.ai",
        "api.eu.bfl.ai",
    ];

    private static readonly string[] Neutral =
    [
        .. Repository
            .Files("src", ".resx")
            .Where(path => !path.EndsWith(".ru.resx", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Resources { get; } = [.. Neutral];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_text_is_in_both_languages_with_the_same_places(string path)
    {
        var (english, russian) = (Texts(path), Texts(Russian(path)));
        russian.Keys.Order().ShouldBe(english.Keys.Order());
        english.Values.Concat(russian.Values).Where(string.IsNullOrWhiteSpace).ShouldBeEmpty();
        english
            .Keys.Where(key => !Places(english[key]).SetEquals(Places(russian[key])))
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Russian_is_Russian(string path)
    {
        var english = Texts(path);
        Texts(Russian(path))
            .Where(text => text.Value == english[text.Key] && Sentence().IsMatch(text.Value))
            .Select(text => text.Key)
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_text_that_the_code_asks_for_is_there(string path)
    {
        var keys = Texts(path).Keys.ToHashSet();
        Sources(path)
            .SelectMany(file =>
                Asked()
                    .Matches(Repository.Read(file))
                    .Select(match => Unescape(match.Groups["it"].Value))
            )
            .Distinct()
            .Where(key => !keys.Contains(key) && !ComputedPrefixes.Contains(key))
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void No_text_is_left_unused(string path)
    {
        // A toast of the kernel is named by the module that leaves it, so all sources count.
        var sources = string.Join(
            '\n',
            Repository.Files("src", ".cs", ".razor", ".ts", ".json").Select(Repository.Read)
        );
        // What a function of the ledger answers is the code of a problem, and so is what a contract promises.
        var functions = string.Join('\n', Repository.Files("src", ".sql").Select(Repository.Read));
        var contracts = string.Join(
            '\n',
            Repository
                .Files("src", ".cs")
                .Where(file => Path.GetFileName(file) is ['I', >= 'A' and <= 'Z', ..])
                .Select(Repository.Read)
        );
        Texts(path)
            .Keys.Where(key =>
                !sources.Contains(
                    $"\"{key.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
                    StringComparison.Ordinal
                )
                && !ComputedPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))
                && !(
                    key.StartsWith("billing.", StringComparison.Ordinal)
                    && (
                        functions.Contains(
                            $"'{key["billing.".Length..]}'",
                            StringComparison.Ordinal
                        ) || contracts.Contains(key, StringComparison.Ordinal)
                    )
                )
            )
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_of_a_problem_has_its_sentence()
    {
        var texts = Neutral
            .Where(path => path.EndsWith("Text.resx", StringComparison.Ordinal))
            .ToDictionary(
                path => Path.GetFileName(path)[..^"Text.resx".Length].ToLowerInvariant(),
                path => Texts(path).Keys.ToHashSet()
            );
        (
            from file in Repository.Files("src", ".cs", ".razor")
            from match in Code().Matches(Repository.Read(file)).Cast<Match>()
            let code = match.Groups["it"].Value
            let module = code.Split('.')[0]
            where
                texts.ContainsKey(module)
                && !texts[module].Contains(code)
                && !NotProblems.Contains(code)
            select $"{code} in {file}"
        ).ShouldBeEmpty();
    }

    private static string Russian(string path) => path[..^".resx".Length] + ".ru.resx";

    /// <summary>The files that call the resource L, and those of its folder that call nothing so.</summary>
    private static IEnumerable<string> Sources(string resource)
    {
        var name = Path.GetFileNameWithoutExtension(resource);
        var folder = Path.GetDirectoryName(resource)!.Replace('\\', '/') + "/";
        return Repository
            .Files("src", ".cs", ".razor")
            .Where(file =>
                Named().Match(Repository.Read(file)) is { Success: true } named
                    ? named.Groups["it"].Value == name
                    : file.StartsWith(folder, StringComparison.Ordinal)
            );
    }

    private static Dictionary<string, string> Texts(string path) =>
        XDocument
            .Load(Path.Combine(Repository.Root, path))
            .Descendants("data")
            .ToDictionary(
                data => data.Attribute("name")!.Value,
                data => data.Element("value")!.Value
            );

    private static HashSet<string> Places(string text) =>
        [.. Place().Matches(text).Select(match => match.Groups["it"].Value)];

    private static string Unescape(string literal) =>
        literal
            .Replace("\\\"", "\"", StringComparison.Ordinal)
            .Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(@"\{(?<it>\d)[^}]*\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Place();

    [GeneratedRegex(@"\bL\[\s*""(?<it>(?:[^""\\]|\\.)*)""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Asked();

    [GeneratedRegex(@"IStringLocalizer<(?<it>\w+)> L\b", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Named();

    /// <summary>Two words or more: a name of a thing may be the same in both languages.</summary>
    [GeneratedRegex(@"[a-z]{3,}\s+[a-z]{3,}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sentence();

    [GeneratedRegex(
        @"""(?<it>(?:kernel|accounts|consent|cookie|profile|abuse|factors|people|ways|api|catalog|billing|generation|chats)\.[a-z_]+(?:\.[a-z_]+)*)""",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Code();
}
