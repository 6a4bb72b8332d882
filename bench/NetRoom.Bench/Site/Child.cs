using System.Diagnostics;
using System.Globalization;

namespace NetRoom.Bench.Site;

/// <summary>A process of ours and what the kernel knows of it. It is told to stop when we die, however we die.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly TextWriter log;

    private Child(Process process, TextWriter log) => (this.process, this.log) = (process, log);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public static Child Start(
        string folder,
        string library,
        string logFile,
        IDictionary<string, string> settings,
        params string[] arguments
    )
    {
        var info = new ProcessStartInfo(
            "setpriv",
            ["--pdeathsig", "KILL", "dotnet", library, .. arguments]
        )
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            info.Environment[name] = value;
        var lines = TextWriter.Synchronized(new StreamWriter(logFile) { AutoFlush = true });
        var started = StartFromLastingThread(info);
        started.OutputDataReceived += (_, line) => lines.WriteLine(line.Data);
        started.ErrorDataReceived += (_, line) => lines.WriteLine(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return new Child(started, lines);
    }

    /// <summary>The kernel's "parent died" is about the thread that forked, so that thread must live as long as the child.</summary>
    private static Process StartFromLastingThread(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        new Thread(() =>
        {
            var child = Process.Start(info)!;
            started.SetResult(child);
            child.WaitForExit();
        })
        {
            IsBackground = true,
        }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    public double CpuSeconds => CpuSecondsOf(Id);

    /// <summary>Megabytes of memory that the process has in RAM.</summary>
    public double ResidentMegabytes =>
        File.ReadLines($"/proc/{Id}/status")
            .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line =>
                double.Parse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                    CultureInfo.InvariantCulture
                ) / 1024
            )
            .Single();

    /// <summary>User and system time. The clock of /proc ticks a hundred times a second.</summary>
    public static double CpuSecondsOf(int pid)
    {
        // The name in the second field may hold anything, so count from its bracket.
        var fields = Stat(pid);
        return (
                long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture)
            ) / 100.0;
    }

    /// <summary>A process with its children, those that ended included.</summary>
    public static double CpuSecondsOfFamily(int parent)
    {
        var ended = Stat(parent);
        var sum =
            CpuSecondsOf(parent)
            + (
                long.Parse(ended[13], CultureInfo.InvariantCulture)
                + long.Parse(ended[14], CultureInfo.InvariantCulture)
            ) / 100.0;
        foreach (
            var child in File.ReadAllText($"/proc/{parent}/task/{parent}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        )
            sum += CpuSecondsOf(int.Parse(child, CultureInfo.InvariantCulture));
        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        await log.DisposeAsync();
    }

    private static string[] Stat(int pid)
    {
        var line = File.ReadAllText($"/proc/{pid}/stat");
        return line[(line.LastIndexOf(')') + 2)..].Split(' ');
    }
}
