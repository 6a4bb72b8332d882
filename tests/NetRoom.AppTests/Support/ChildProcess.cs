using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetRoom.AppTests.Support;

/// <summary>One of our programs as a process of its own. Its output is kept; it dies with us, however we die.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines;
    private bool isDisposed;

    private ChildProcess(Process process, ConcurrentQueue<string> lines) =>
        (this.process, this.lines) = (process, lines);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>All that it has written so far, to both outputs.</summary>
    public string Output => string.Join('\n', lines);

    /// <param name="program">The name of the project; its output folder is beside ours, of the same configuration.</param>
    public static async Task<ChildProcess> StartAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var folder = OutputOf(program);
        var leash = OperatingSystem.IsLinux() ? new[] { "setpriv", "--pdeathsig", "KILL" } : [];
        string[] line = [.. leash, "dotnet", Path.Combine(folder, program + ".dll"), .. arguments];
        var info = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var inherited in info.Environment.Keys.Where(IsOurs).ToList())
            info.Environment.Remove(inherited);
        foreach (var (name, value) in environment)
            info.Environment[name] = value;

        var said = new ConcurrentQueue<string>();
        var started = new TaskCompletionSource<Process>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        // The kernel's "parent died" is about the thread that forked: this one lives as long as the child.
        new Thread(() =>
        {
            try
            {
                var child = Process.Start(info)!;
                child.OutputDataReceived += (_, line) => Keep(said, line.Data);
                child.ErrorDataReceived += (_, line) => Keep(said, line.Data);
                child.BeginOutputReadLine();
                child.BeginErrorReadLine();
                started.SetResult(child);
                child.WaitForExit();
            }
            catch (Exception failure)
            {
                started.TrySetException(failure);
            }
        })
        {
            IsBackground = true,
            Name = program,
        }.Start();
        return new ChildProcess(await started.Task, said);
    }

    /// <summary>The address that it says it listens on, once it does.</summary>
    public Task<Uri> AddressAsync() =>
        Eventually.GetAsync(
            () =>
            {
                const string sign = "Now listening on: ";
                var said = lines.FirstOrDefault(line =>
                    line.Contains(sign, StringComparison.Ordinal)
                );
                if (said is not null)
                    return Task.FromResult<Uri?>(
                        new Uri(
                            said[(said.IndexOf(sign, StringComparison.Ordinal) + sign.Length)..]
                                .Trim()
                        )
                    );
                if (process.HasExited)
                    throw new InvalidOperationException($"It ended at once:\n{Output}");
                return Task.FromResult<Uri?>(null);
            },
            "the address of a new process",
            seconds: 90
        );

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the wait for its end; -9 if there is none.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(int seconds = 30)
    {
        if (!process.HasExited)
            _ = Signal(process.Id, Terminate);
        return await ExitCodeAsync(seconds);
    }

    /// <summary>Waits for an end of its own accord; kills it when that takes too long.</summary>
    public async Task<int> ExitCodeAsync(int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            await KillAsync();
            throw new TimeoutException($"It did not end in {seconds} s:\n{Output}", late);
        }

        return process.ExitCode;
    }

    /// <summary>A test may do it before the fixture does it again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        await KillAsync();
        process.Dispose();
    }

    private static string OutputOf(string program)
    {
        // artifacts/bin/NetRoom.AppTests/debug → artifacts/bin/NetRoom.Web/debug
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(ours.Parent!.Parent!.FullName, program, ours.Name);
    }

    /// <summary>Settings of whoever runs the tests are not ours: no real provider may ever be called.</summary>
    private static bool IsOurs(string variable) =>
        variable.EndsWith("_API_KEY", StringComparison.Ordinal)
        || variable.Contains("__", StringComparison.Ordinal)
        || variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || variable is "DATA_DIR" or "PORT" or "DOTNET_ENVIRONMENT";

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
