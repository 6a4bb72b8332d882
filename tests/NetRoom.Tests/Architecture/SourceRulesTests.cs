using System.Text.RegularExpressions;

namespace NetRoom.Tests.Architecture;

public sealed partial class SourceRulesTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_file_is_longer_than_a_reader_can_bear() =>
        new[] { "src", "tests", "bench" }
            .SelectMany(folder => Repository.Files(folder, ".cs", ".razor", ".ts", ".css", ".sql"))
            .Select(path =>
                (Path: path, Lines: File.ReadLines(Path.Combine(Repository.Root, path)).Count())
            )
            .Where(file => file.Lines > LongestFile)
            .ShouldBeEmpty();

    [Fact]
    public void No_type_is_named_by_a_word_that_says_nothing() =>
        Named("src", "tests", "bench").Where(name => Empty().IsMatch(name.Type)).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Repository
            .Files("src", ".cs", ".razor", ".ts", ".css", ".sql")
            .SelectMany(path =>
                Later().Matches(Repository.Read(path)).Select(match => $"{path}: {match.Value}")
            )
            .ShouldBeEmpty();

    [Fact]
    public void No_module_writes_to_the_console() =>
        Repository
            .Files("src/Modules", ".cs")
            .Concat(Repository.Files("src/NetRoom.Kernel", ".cs"))
            .Where(path => Repository.Read(path).Contains("Console.", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void No_handler_takes_any_certificate() =>
        Repository
            .Files("src", ".cs")
            .Where(path =>
                Repository.Read(path).Contains("CertificateValidation", StringComparison.Ordinal)
                || Repository.Read(path).Contains("DangerousAcceptAny", StringComparison.Ordinal)
            )
            .ShouldBeEmpty();

    [Fact]
    public void What_is_logged_is_declared_and_never_names_content()
    {
        string[] content =
        [
            "{Text}",
            "{Prompt}",
            "{Answer}",
            "{Message}",
            "{Password}",
            "{Email}",
            "{Token}",
            "{Key}",
        ];
        Repository
            .Files("src", ".cs")
            .SelectMany(path =>
                Logged().Matches(Repository.Read(path)).Select(match => (path, match.Value))
            )
            .Where(log =>
                content.Any(word => log.Value.Contains(word, StringComparison.OrdinalIgnoreCase))
            )
            .ShouldBeEmpty();
        Repository
            .Files("src", ".cs")
            .Where(path => Repository.Read(path) is var text && Undeclared().IsMatch(text))
            .ShouldBeEmpty();
    }

    private static IEnumerable<(string Path, string Type)> Named(params string[] folders) =>
        from folder in folders
        from path in Repository.Files(folder, ".cs")
        from match in Declaration().Matches(Repository.Read(path)).Cast<Match>()
        select (path, match.Groups["type"].Value);

    [GeneratedRegex(
        @"\b(?:class|record|struct|interface|enum)\s+(?:class\s+|struct\s+)?(?<type>[A-Z]\w*)",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Declaration();

    [GeneratedRegex("(Helper|Helpers|Util|Utils|Manager)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Empty();

    [GeneratedRegex(
        @"\b(TODO|FIXME|HACK|XXX|NotImplementedException|NotSupportedYet)\b",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Later();

    [GeneratedRegex(@"\[LoggerMessage\(.*?\)\]", RegexOptions.Singleline, 1_000)]
    private static partial Regex Logged();

    [GeneratedRegex(
        @"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Undeclared();
}
