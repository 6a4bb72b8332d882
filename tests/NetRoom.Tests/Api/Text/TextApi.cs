using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Callers;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Sandbox;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>The service with the sandbox behind it, and a program that has a key and a hundred roubles.</summary>
public class TextApi(Postgres postgres) : IAsyncLifetime
{
    public static readonly Money Hundred = Money.Roubles(100);

    internal ApiNode Node { get; private set; } = null!;

    internal SandboxServer Sandbox { get; } = new();

    internal TestDatabase Database { get; private set; } = null!;

    internal Purse Purse { get; private set; } = null!;

    public string Key { get; private set; } = "";

    public Uri Address => Node.Address;

    /// <summary>What a test puts in the place of something of the service's own.</summary>
    protected virtual void Change(IServiceCollection services) { }

    public virtual async Task InitializeAsync()
    {
        await Sandbox.InitializeAsync();
        Database = await ApiNode.DatabaseAsync(postgres);
        Node = await ApiNode.StartAsync(
            Change,
            Database,
            sandbox: Sandbox.Address,
            settings: [("Providers:RetryDelay", "00:00:00.001")]
        );
    }

    /// <summary>Another program, for each test.</summary>
    public async Task BeginAsync()
    {
        Purse = await Node.PurseAsync();
        Key = (await Node.KeyAsync(Purse.Account, ApiScopes.All)).Secret;
    }

    public virtual async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Sandbox.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal Task<ApiReply> ChatAsync(string model, string more = "", string question = "Hello") =>
        Node.PostAsync("/v1/chat/completions", Key, ChatBody(model, more, question));

    internal Task<ApiReply> MessagesAsync(
        string model,
        string more = "",
        string question = "Hello"
    ) => Node.PostAsync("/v1/messages", Key, MessagesBody(model, more, question));

    public static string ChatBody(string model, string more, string question = "Hello") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{question}}"}]{{more}}}""";

    public static string MessagesBody(string model, string more, string question = "Hello") =>
        $$"""{"model":"{{model}}","max_tokens":4000,"messages":[{"role":"user","content":"{{question}}"}]{{more}}}""";

    /// <summary>Sends a request whose stream the test reads, or leaves.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        string path,
        string body,
        CancellationToken gone = default
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone);
    }

    /// <summary>What was paid in the end, once nothing is held any more.</summary>
    public async Task<Money> PaidAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var balance = await Purse.BalanceAsync();
        for (; !balance.Held.IsZero; balance = await Purse.BalanceAsync())
            await Task.Delay(20, patience.Token);
        await Purse.AuditAsync();
        return Hundred - balance.Available;
    }
}

/// <summary>Server-sent events in the words of the tests.</summary>
internal static class Events
{
    /// <summary>The data of each event.</summary>
    public static List<string> Of(string body) =>
        [
            .. body.Split('\n')
                .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
                .Select(line => line[6..].Trim()),
        ];

    public static List<JsonElement> Json(string body) =>
        [.. Of(body).Where(data => data != "[DONE]").Select(data => JsonElement.Parse(data))];

    public static string ChatText(string body) =>
        string.Concat(
            Json(body)
                .Where(chunk =>
                    chunk.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
                )
                .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
                .Select(delta =>
                    delta.TryGetProperty("content", out var text) ? text.GetString() : ""
                )
        );

    public static string MessageText(string body) =>
        string.Concat(
            Json(body)
                .Where(item => item.GetProperty("type").GetString() == "content_block_delta")
                .Select(item => item.GetProperty("delta"))
                .Select(delta => delta.TryGetProperty("text", out var text) ? text.GetString() : "")
        );
}
