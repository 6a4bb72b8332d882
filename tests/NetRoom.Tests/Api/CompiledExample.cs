using System.Diagnostics;
using System.Globalization;

namespace NetRoom.Tests.Api;

/// <summary>An example in C# as a program: by the compiler of the SDK that built these tests, against the packages that they have.</summary>
internal static class CompiledExample
{
    /// <summary>What the SDK gives every console application.</summary>
    private const string Implicit = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <returns>The program's file, for "dotnet".</returns>
    public static async Task<string> WriteAsync(string folder, string text)
    {
        var program = Path.Combine(folder, "example.dll");
        var sources = new[] { ("example.cs", text), ("implicit.cs", Implicit) };
        foreach (var (name, content) in sources)
            await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(
            Path.PathSeparator
        );
        var arguments = Path.Combine(folder, "example.rsp");
        await File.WriteAllLinesAsync(
            arguments,
            [
                "-nologo",
                "-nullable",
                $"-out:\"{program}\"",
                .. references.Select(file => $"-r:\"{file}\""),
                .. sources.Select(source => $"\"{Path.Combine(folder, source.Item1)}\""),
            ]
        );
        using var compiler = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", Compiler(), "-noconfig", "@" + arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var said = await compiler.StandardOutput.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        compiler.ExitCode.ShouldBe(0, said);
        foreach (var pattern in new[] { "OpenAI.dll", "System.*.dll" })
        foreach (var package in Directory.GetFiles(AppContext.BaseDirectory, pattern))
            File.Copy(package, Path.Combine(folder, Path.GetFileName(package)));
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "NetRoom.Tests.runtimeconfig.json"),
            Path.ChangeExtension(program, ".runtimeconfig.json")
        );
        return program;
    }

    private static string Compiler()
    {
        // …/shared/Microsoft.NETCore.App/10.0.x/ of the runtime; the SDKs are beside it.
        var root = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")
        );
        return Directory
            .GetDirectories(Path.Combine(root, "sdk"))
            .Where(sdk => Path.GetFileName(sdk).StartsWith(Major, StringComparison.Ordinal))
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
            .Last(File.Exists);
    }

    private static string Major =>
        Environment.Version.Major.ToString(CultureInfo.InvariantCulture) + ".";
}
