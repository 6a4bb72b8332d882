namespace NetRoom.Tests.Architecture;

/// <summary>The files of the repository that people write.</summary>
internal static class Repository
{
    private static readonly string[] Made = ["obj", "bin", "node_modules", "wwwroot", "artifacts"];

    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths from the root, with "/", of files below a folder that have one of the endings.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] endings) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path =>
                    endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))
                    && !path.Split('/').Intersect(Made).Any()
                )
                .Order(StringComparer.Ordinal),
        ];

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "NetRoom.slnx")))
                return at.FullName;
        throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
