using System.Text.RegularExpressions;

namespace NetRoom.Tests.Architecture;

/// <summary>The table of docs/security.md against OWASP ASVS 5.0.0, by its ids, and against the tests that it names.</summary>
public sealed partial class AsvsTests
{
    private static readonly string[] States = ["met", "part", "later", "n/a"];

    /// <summary>What concerns this service: all of level 1 that applies, and these of level 2.</summary>
    private static readonly string[] Ids =
    [
        .. "1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.4 1.3.5 1.3.6 1.5.2 2.2.1 2.2.2 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1".Split(
            ' '
        ),
        .. "3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.5.5 3.7.2".Split(
            ' '
        ),
        .. "4.1.1 4.1.3 4.4.2 5.2.1 5.2.2 5.2.3 5.3.1 5.3.2 5.4.1".Split(' '),
        .. "6.1.1 6.2.1 6.2.3 6.2.4 6.2.5 6.2.8 6.2.9 6.2.12 6.3.1 6.3.2 6.3.4 6.4.3 6.5.1 6.5.5 6.8.1 6.8.2".Split(
            ' '
        ),
        .. "7.1.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.5.1 7.5.2 8.2.1 8.2.2 8.2.3 8.3.1".Split(
            ' '
        ),
        .. "9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 10.1.2 10.2.1 10.2.2 10.4.5 10.4.8 10.5.1 10.5.2 10.5.4".Split(
            ' '
        ),
        .. "11.3.2 11.4.2 11.5.1 12.2.1 12.3.2 13.2.4 13.3.1 13.4.1 13.4.2 13.4.5 14.2.1 14.3.1 14.3.2 14.3.3".Split(
            ' '
        ),
        .. "15.1.2 15.2.2 15.3.1 15.3.2 15.3.3 15.3.4 16.2.5 16.3.1 16.3.2 16.4.1 16.5.1 16.5.2 16.5.3".Split(
            ' '
        ),
    ];

    private static readonly string[][] Rows =
    [
        .. Repository
            .Read("docs/security.md")
            .Split('\n')
            .Where(line => Row().IsMatch(line))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
    ];

    [Fact]
    public void Every_requirement_has_one_row()
    {
        Rows.ShouldAllBe(row => row.Length == 4 && States.Contains(row[1]) && row[2].Length > 0);
        Rows.Select(row => row[0]).ShouldBe(Ids);
    }

    [Fact]
    public void What_is_met_is_shown_by_tests_that_there_are()
    {
        var tests = Repository
            .Files("tests", ".cs")
            .SelectMany(path => Test().Matches(Repository.Read(path)))
            .Select(match => match.Groups["name"].Value)
            .ToHashSet();
        Rows.Where(row => row[1] == "met" && row[3].Length == 0)
            .Select(row => row[0])
            .ShouldBeEmpty();
        Rows.SelectMany(row => Named().Matches(row[3]))
            .Select(match => match.Groups["name"].Value)
            .Where(name => !tests.Contains(name))
            .ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\| \d+\.\d+\.\d+ \|", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z0-9_]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Named();

    [GeneratedRegex(
        @"public (?:async )?(?:Task|void) (?<name>\w+)\(",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Test();
}
