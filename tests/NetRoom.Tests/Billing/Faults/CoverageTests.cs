using System.Globalization;
using System.Text.RegularExpressions;
using NetRoom.Tests.Architecture;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>docs/ledger-tests.md against what the tests say of themselves.</summary>
public sealed partial class CoverageTests
{
    [Theory]
    [InlineData('F', "Fault", 42)]
    [InlineData('I', "Invariant", 46)]
    [InlineData('B', "BillingFailure", 25)]
    public void Every_number_has_a_test_or_a_reason_why_it_cannot_have_one(
        char letter,
        string attribute,
        int last
    )
    {
        var rows = Row()
            .Matches(Repository.Read("docs/ledger-tests.md"))
            .Where(row => row.Groups["letter"].Value[0] == letter)
            .ToDictionary(
                row => Number(row.Groups["number"].Value),
                row => row.Groups["reason"].Value.Trim()
            );
        rows.Keys.ShouldBe(Enumerable.Range(1, last));

        var tested = Repository
            .Files("tests", ".cs")
            .SelectMany(path => Mark().Matches(Repository.Read(path)))
            .Where(mark => mark.Groups["attribute"].Value == attribute)
            .SelectMany(mark => mark.Groups["numbers"].Value.Split(',').Select(Number))
            .ToHashSet();
        tested.Except(rows.Keys).ShouldBeEmpty("There is no such number.");
        rows.Keys.Where(number => rows[number].Length == 0)
            .Except(tested)
            .ShouldBeEmpty("These have neither a test nor a reason.");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\| (?<letter>[FIB])(?<number>\d+) \| [^|]+ \|(?<reason>[^|]*)\|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1_000
    )]
    private static partial Regex Row();

    [GeneratedRegex(
        @"^\s*\[(?<attribute>Fault|Invariant|BillingFailure)\((?<numbers>[\d,\s]+)\)\]",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1_000
    )]
    private static partial Regex Mark();
}
