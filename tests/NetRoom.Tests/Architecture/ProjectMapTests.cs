using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetRoom.Tests.Architecture;

public sealed partial class ProjectMapTests
{
    /// <summary>A project may see only what stands on a lower line.</summary>
    private static readonly string[][] Layers =
    [
        ["Kernel", "Sandbox"],
        ["Accounts", "Catalog"],
        ["Billing", "Providers"],
        ["Generation"],
        ["Api", "Chats"],
        ["Web"],
    ];

    private static readonly SortedDictionary<string, string[]> References = new(
        Repository.Files("src", ".csproj").ToDictionary(Name, ReferencesOf),
        StringComparer.Ordinal
    );

    [Fact]
    public void The_map_in_the_documentation_is_the_map_of_the_projects() =>
        Documented()
            .ShouldBe(
                References.Select(project =>
                    $"{project.Key} -> {string.Join(", ", project.Value)}".TrimEnd()
                )
            );

    [Fact]
    public void Every_project_has_its_layer() =>
        References.Keys.Except(Layers.SelectMany(layer => layer)).ShouldBeEmpty();

    [Fact]
    public void References_point_only_down() =>
        (
            from project in References
            from seen in project.Value
            where Layer(seen) >= Layer(project.Key)
            select $"{project.Key} -> {seen}"
        ).ShouldBeEmpty();

    [Fact]
    [BillingFailure(16)]
    public void Only_the_one_way_through_reaches_the_providers() =>
        References
            .Where(project => project.Value.Contains("Providers"))
            .Select(project => project.Key)
            .ShouldBe(["Generation", "Web"]);

    [Fact]
    public void The_product_does_not_know_the_sandbox() =>
        References.Where(project => project.Value.Contains("Sandbox")).ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("NetRoom.slnx");
        new[] { "src", "tests", "bench" }
            .SelectMany(folder => Repository.Files(folder, ".csproj"))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_is_explained()
    {
        var explained = Repository.Read("docs/dependencies.md");
        var packages = XDocument
            .Parse(Repository.Read("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(package => package.Attribute("Include")!.Value)
            .Concat(
                NpmName()
                    .Matches(Repository.Read("package.json"))
                    .Select(match => match.Groups["name"].Value)
            );
        packages
            .Where(name => !explained.Contains($"`{name}`", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private static int Layer(string project) =>
        Array.FindIndex(Layers, layer => layer.Contains(project));

    private static IEnumerable<string> Documented() =>
        Block()
            .Match(Repository.Read("docs/architecture.md"))
            .Groups["map"]
            .Value.Trim()
            .Split('\n')
            .Order(StringComparer.Ordinal);

    private static string[] ReferencesOf(string path) =>
        [
            .. XDocument
                .Load(Path.Combine(Repository.Root, path))
                .Descendants("ProjectReference")
                .Select(reference => Name(reference.Attribute("Include")!.Value))
                .Order(StringComparer.Ordinal),
        ];

    private static string Name(string path) =>
        Path.GetFileNameWithoutExtension(path)["NetRoom.".Length..];

    [GeneratedRegex(
        "```modules\n(?<map>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Block();

    [GeneratedRegex("\"(?<name>[@a-z0-9./_-]+)\": \"[0-9]", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex NpmName();
}
