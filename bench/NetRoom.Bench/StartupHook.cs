using System.Globalization;

// The runtime looks for this name, in no namespace.
#pragma warning disable MA0047, CA1050

/// <summary>
/// Loaded into the web process by DOTNET_STARTUP_HOOKS: writes what its garbage collector counts to a file ten times a second, so that
/// the product itself need not expose it.
/// </summary>
internal static class StartupHook
{
    public const string FileVariable = "NETROOM_BENCH_GAUGE";
    public const string FreeVariable = "NETROOM_BENCH_FREE";
    private static Timer? timer;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FreeVariable) is not null)
            NetRoom.Bench.Gateway.WithoutCharging.Begin();
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
            return;
        timer = new Timer(
            _ =>
            {
                // One at a time: on a busy machine ticks would overtake each other.
                Write(file);
                timer!.Change(100, Timeout.Infinite);
            },
            null,
            100,
            Timeout.Infinite
        );
    }

    private static void Write(string file)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{GC.GetTotalAllocatedBytes()} {GC.GetTotalMemory(false)} {GC.CollectionCount(0)} {GC.CollectionCount(2)} {GC.GetTotalPauseDuration().TotalMilliseconds:0} {ThreadPool.ThreadCount}"
        );
        var fresh = file + ".new";
        File.WriteAllText(fresh, line);
        File.Move(fresh, file, overwrite: true);
    }
}
