using System.Globalization;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Gateway;

/// <summary>Something that answers chat completions, and the process whose processor time is counted.</summary>
internal sealed record Target(
    string Name,
    Uri Address,
    string? Key,
    Child Process,
    Func<double> DatabaseCpuSeconds
);

/// <summary>The mock, the bare pass-through and NetRoom twice, without charging and with it, all of them processes of their own.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly List<Child> children;
    private readonly ServedSite site;

    private Gateway(List<Child> children, ServedSite site, IReadOnlyList<Target> targets) =>
        (this.children, this.site, Targets) = (children, site, targets);

    /// <summary>The first is the mock itself.</summary>
    public IReadOnlyList<Target> Targets { get; }

    public static async Task<Gateway> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("netroom-gateway-").FullName;
        var (mockAt, bareAt) = (Ports.Free(), Ports.Free());
        var mock = Tool("mock", mockAt, folder);
        var bare = Tool("forward", bareAt, folder, "--upstream", $"{mockAt}v1");
        await Ports.ReadyAsync(mock, mockAt);
        await Ports.ReadyAsync(bare, bareAt);
        var served = await ServedSite.StartAsync($"{mockAt}v1", Ports.Free());
        var (freeAt, free) = await served.StartFreeNodeAsync();
        return new Gateway(
            [mock, bare, free],
            served,
            [
                new("mock directly", mockAt, null, mock, () => 0),
                new("bare pass-through", bareAt, null, bare, () => 0),
                new(
                    "NetRoom, no charging",
                    freeAt,
                    served.Key,
                    free,
                    () => served.DatabaseCpuSeconds
                ),
                new(
                    "NetRoom",
                    served.Address,
                    served.Key,
                    served.Web,
                    () => served.DatabaseCpuSeconds
                ),
            ]
        );
    }

    /// <summary>What PostgreSQL was asked during a hundred calls, told by pg_stat_database: transactions a request.</summary>
    public async Task TellStatementsAsync()
    {
        const int calls = 100;
        var body =
            """{"model":"mock-model","max_tokens":256,"messages":[{"role":"user","content":"Count."}]}""";
        using var client = await RawClient.ConnectAsync(site.Address, site.Key, body);
        await client.AskAsync();
        var before = await site.CommitsAsync();
        for (var call = 0; call < calls; call++)
            await client.AskAsync();
        var after = await site.CommitsAsync();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{(after - before) / (double)calls:0.00} transactions a request, jobs in the background among them; one caller, so nothing is grouped"
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children)
            await child.DisposeAsync();
        await site.DisposeAsync();
    }

    private static Child Tool(string command, Uri at, string folder, params string[] more) =>
        Child.Start(
            AppContext.BaseDirectory,
            "NetRoom.Bench.dll",
            Path.Combine(folder, command + ".log"),
            new Dictionary<string, string>(),
            [command, "--port", at.Port.ToString(CultureInfo.InvariantCulture), .. more]
        );
}
