using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NetRoom.Sandbox;

namespace NetRoom.Tests.Sandbox;

/// <summary>The sandbox on a free loopback port, without delays, spoken to over real HTTP.</summary>
public sealed class SandboxServer : IAsyncLifetime
{
    private readonly WebApplication app = SandboxApp.Create([
        "--environment",
        "Development",
        "--urls",
        "http://127.0.0.1:0",
        "--Sandbox:TokensPerSecond",
        "0",
        "--Sandbox:KeepAliveMilliseconds",
        "120",
        "--Sandbox:SmtpPort",
        "0",
    ]);

    // Without a drain timeout of zero a disposed response reads on for two seconds, and the server never sees us go.
    public HttpClient Http { get; } =
        new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });

    public Uri Address => new(app.Urls.First());

    public int SmtpPort { get; private set; }

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        var smtp = await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/_sandbox/smtp"));
        SmtpPort = smtp.GetProperty("port").GetInt32();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    public Task<HttpResponseMessage> AskOpenAi(object body, string? key = "sandbox-test") =>
        SendAsync("/openai/v1/chat/completions", body, [("Authorization", "Bearer " + key)]);

    public Task<HttpResponseMessage> AskAnthropic(
        object body,
        string version = "2023-06-01",
        string path = "/anthropic/v1/messages"
    ) => SendAsync(path, body, [("x-api-key", "sandbox-test"), ("anthropic-version", version)]);

    /// <summary>The one chat question most tests ask.</summary>
    public Task<HttpResponseMessage> StreamOpenAi(
        string model,
        string question = "Hello there, sandbox!"
    ) =>
        AskOpenAi(
            new
            {
                model,
                stream = true,
                stream_options = new { include_usage = true },
                messages = new[] { new { role = "user", content = question } },
            }
        );

    public Task<HttpResponseMessage> StreamAnthropic(
        string model,
        string question = "Hello there, sandbox!"
    ) =>
        AskAnthropic(
            new
            {
                model,
                stream = true,
                max_tokens = 100_000,
                messages = new[] { new { role = "user", content = question } },
            }
        );

    /// <summary>Everything the server writes to the socket, headers and chunk marks included, and whether it was
    /// dropped instead of closed.</summary>
    public async Task<(byte[] Bytes, bool Dropped)> ReadSocketAsync(
        string path,
        string header,
        object body
    )
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port);
        var stream = socket.GetStream();
        var content = JsonSerializer.Serialize(body);
        var request =
            $"POST {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n{header}\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(content)}\r\n\r\n{content}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received);
            return (received.ToArray(), false);
        }
        catch (IOException)
        {
            return (received.ToArray(), true);
        }
    }

    /// <summary>The provider's account of the last call to a model.</summary>
    public async Task<JsonElement> LastCallAsync(string model)
    {
        var calls = await Http.GetStringAsync(new Uri(Address, "/_sandbox/calls?since=0"));
        using var document = JsonDocument.Parse(calls);
        return document
            .RootElement.EnumerateArray()
            .Last(call => call.GetProperty("model").GetString() == model)
            .Clone();
    }

    /// <summary>Letters to an address, newest first.</summary>
    public async Task<IReadOnlyList<InboxLetter>> InboxAsync(string address) =>
        (
            await Http.GetFromJsonAsync<List<InboxLetter>>(
                new Uri(Address, $"/_sandbox/mail?to={Uri.EscapeDataString(address)}")
            )
        )!;

    private async Task<HttpResponseMessage> SendAsync(
        string path,
        object body,
        (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path));
        request.Content = new StringContent(
            body as string ?? JsonSerializer.Serialize(body),
            Encoding.UTF8,
            "application/json"
        );
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

/// <summary>A letter as the sandbox's inbox shows it.</summary>
public sealed record InboxLetter(
    string From,
    IReadOnlyList<string> To,
    string Subject,
    string Text,
    string Html,
    IReadOnlyDictionary<string, string> Headers
);
