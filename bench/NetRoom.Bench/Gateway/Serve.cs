namespace NetRoom.Bench.Gateway;

/// <summary>serve --upstream http://127.0.0.1:9000/v1 --port 8080 [--no-charging]: one line with the key when it is ready; runs until it is stopped.</summary>
internal static class Serve
{
    public static async Task RunAsync(Options options)
    {
        var upstream = options.Text("upstream")!.TrimEnd('/');
        if (new Uri(upstream).AbsolutePath == "/")
            upstream += "/v1";
        await using var site = await ServedSite.StartAsync(
            upstream,
            Ports.Of(options.Number("port", 8080)),
            charges: !options.Has("no-charging")
        );
        Console.WriteLine($"API_KEY={site.Key}");
        var stopped = new TaskCompletionSource();
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT,
            Stop
        );
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            Stop
        );
        await stopped.Task;

        void Stop(System.Runtime.InteropServices.PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
