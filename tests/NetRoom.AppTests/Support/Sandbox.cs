using System.Net.Http.Json;

namespace NetRoom.AppTests.Support;

/// <summary>A call as the provider counted it. Output holds reasoning.</summary>
/// <param name="Outcome">"running", "completed", "cut", "failed", "client_gone", "stopped".</param>
public sealed record ProviderCall(
    long Id,
    string Model,
    int InputTokens,
    int CachedTokens,
    int CacheWrittenTokens,
    int OutputTokens,
    int ReasoningTokens,
    string Outcome
);

/// <summary>The sandbox of providers as a process: answers at once, but for the models that are slow by nature.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private SandboxProcess(ChildProcess process, HttpClient http, Uri address) =>
        (this.process, this.http, Address) = (process, http, address);

    public Uri Address { get; }

    public static async Task<SandboxProcess> StartAsync(HttpClient http)
    {
        var child = await ChildProcess.StartAsync(
            "NetRoom.Sandbox",
            ["--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Sandbox__TokensPerSecond"] = "0",
                ["Sandbox__FirstTokenMilliseconds"] = "0",
                ["Sandbox__KeepAliveMilliseconds"] = "300",
                ["Sandbox__SlowTokensPerSecond"] = "100",
                ["Sandbox__SlowTokens"] = "300",
            }
        );
        return new SandboxProcess(child, http, await child.AddressAsync());
    }

    /// <summary>The provider's own account of its calls, of one model, oldest first.</summary>
    public async Task<IReadOnlyList<ProviderCall>> CallsAsync(string wireModel)
    {
        var calls = await http.GetFromJsonAsync<List<ProviderCall>>(
            new Uri(Address, "/_sandbox/calls")
        );
        return [.. calls!.Where(call => call.Model == wireModel)];
    }

    /// <summary>A mark in time: calls after it are those with a larger id.</summary>
    public async Task<long> LastCallAsync()
    {
        var calls = await http.GetFromJsonAsync<List<ProviderCall>>(
            new Uri(Address, "/_sandbox/calls")
        );
        return calls!.Select(call => call.Id).DefaultIfEmpty().Max();
    }

    /// <summary>The only call of a model after a mark, once it has ended.</summary>
    public Task<ProviderCall> EndedCallAsync(string wireModel, long since) =>
        Eventually.GetAsync(
            async () =>
                (await CallsAsync(wireModel)).SingleOrDefault(call =>
                    call.Id > since && call.Outcome != "running"
                ),
            $"the end of a call of {wireModel}"
        );

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
