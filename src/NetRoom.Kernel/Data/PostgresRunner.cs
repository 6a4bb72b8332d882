using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetRoom.Kernel.Data;

/// <summary>
/// Runs PostgreSQL's programs. They refuse to run as root, so root drops to an ordinary user, who keeps just the right to
/// pass folders that only root may enter (a checkout under /root).
/// </summary>
internal sealed class PostgresRunner(string binFolder)
{
    private const uint Nobody = 65534;
    private static readonly bool IsRoot = OperatingSystem.IsLinux() && GetEffectiveUser() == 0;

    /// <summary>Starts a server that is told to stop when this process ends.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        var info = Command(program, arguments, dieWithUs: true);
        var started = new TaskCompletionSource<Process>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        // The kernel's "parent died" is about the thread that forked: this one lives as long as the server.
        var keeper = new Thread(() =>
        {
            try
            {
                var process = Process.Start(info)!;
                process.OutputDataReceived += (_, _) => { };
                process.ErrorDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Exception exception)
            {
                started.TrySetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = program,
        };
        keeper.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    public async Task RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancel
    )
    {
        using var process = Process.Start(Command(program, arguments, dieWithUs: false))!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        _ = await output;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {(await error).Trim()}");
    }

    /// <summary>For PostgreSQL's eyes only.</summary>
    public static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, Directory.Exists(path) ? mode | UnixFileMode.UserExecute : mode);
        if (
            IsRoot
            && ChangeOwner([.. System.Text.Encoding.UTF8.GetBytes(path), 0], Nobody, Nobody) != 0
        )
            throw new InvalidOperationException($"Could not give {path} to PostgreSQL's user.");
    }

    private ProcessStartInfo Command(string program, IEnumerable<string> arguments, bool dieWithUs)
    {
        List<string> line = [];
        if (OperatingSystem.IsLinux())
        {
            line.Add("setpriv");
            if (IsRoot)
                line.AddRange([
                    $"--reuid={Nobody}",
                    $"--regid={Nobody}",
                    "--clear-groups",
                    "--inh-caps=+dac_read_search",
                    "--ambient-caps=+dac_read_search",
                ]);
            if (dieWithUs)
                line.Add("--pdeathsig=INT");
        }

        line.Add(Path.Combine(binFolder, program));
        return new ProcessStartInfo(line[0], [.. line.Skip(1), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            // An inherited locale that the machine lacks would make initdb fail.
            Environment = { ["LC_ALL"] = "C", ["TZ"] = "UTC" },
        };
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetEffectiveUser();

    [DllImport("libc", EntryPoint = "chown", BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint owner, uint group);
}
