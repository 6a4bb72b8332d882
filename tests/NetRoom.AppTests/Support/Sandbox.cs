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

/// <summary>A letter in the sandbox's inbox, decoded.</summary>
public sealed record InboxLetter(
    string From,
    IReadOnlyList<string> To,
    string Subject,
    string Text,
    string Html,
    IReadOnlyDictionary<string, string> Headers
);

/// <summary>The sandbox of providers as a process: answers at once, but for the models that are slow by nature.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private SandboxProcess(ChildProcess process, HttpClient http, Uri address, int smtpPort) =>
        (this.process, this.http, Address, SmtpPort) = (process, http, address, smtpPort);

    public Uri Address { get; }

    public int SmtpPort { get; }

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
                ["Sandbox__SmtpPort"] = "0",
            }
        );
        var address = await child.AddressAsync();
        var smtp = await http.GetFromJsonAsync<Smtp>(new Uri(address, "/_sandbox/smtp"));
        return new SandboxProcess(child, http, address, smtp!.Port);
    }

    /// <summary>The letters to an address, newest first, once there is one.</summary>
    public Task<List<InboxLetter>> InboxAsync(string address) =>
        Eventually.GetAsync(
            async () =>
                await http.GetFromJsonAsync<List<InboxLetter>>(
                    new Uri(Address, $"/_sandbox/mail?to={Uri.EscapeDataString(address)}")
                )
                    is { Count: > 0 } letters
                    ? letters
                    : null,
            "a letter"
        );

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

    private sealed record Smtp(int Port);
}
