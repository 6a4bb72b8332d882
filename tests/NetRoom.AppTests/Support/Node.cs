namespace NetRoom.AppTests.Support;

/// <summary>One NetRoom.Web process.</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly ChildProcess process;

    private Node(ChildProcess process, Uri address) => (this.process, Address) = (process, address);

    /// <summary>"http://127.0.0.1:12345/".</summary>
    public Uri Address { get; }

    public int ProcessId => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything it has logged and printed.</summary>
    public string Output => process.Output;

    /// <summary>Starts a node and waits until /health is 200.</summary>
    public static async Task<Node> StartAsync(
        HttpClient http,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var child = await ChildProcess.StartAsync(
            "NetRoom.Web",
            ["--urls", "http://127.0.0.1:0"],
            environment
        );
        try
        {
            var address = await child.AddressAsync();
            await Eventually.TrueAsync(
                async () =>
                {
                    using var health = await http.GetAsync(new Uri(address, "/health"));
                    return health.IsSuccessStatusCode;
                },
                "a healthy node"
            );
            return new Node(child, address);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process.KillAsync();

    /// <summary>SIGTERM; answers the exit code.</summary>
    public Task<int> StopAsync(int seconds = 30) => process.StopAsync(seconds);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
