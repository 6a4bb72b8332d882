using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NetRoom.Tests.Providers;

/// <summary>A provider over real HTTP that answers exactly the bytes that a test scripts.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Queue<Func<HttpContext, Task>> scripts = new();
    private Func<HttpContext, Task> last = _ => Task.CompletedTask;

    private ScriptedProvider(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public List<HeardRequest> Requests { get; } = [];

    /// <summary>Ends when the client has gone from the request under way.</summary>
    public TaskCompletionSource ClientGone { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<ScriptedProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var built = builder.Build();
        var provider = new ScriptedProvider(built);
        built.Run(provider.AnswerAsync);
        await built.StartAsync();
        return provider;
    }

    /// <summary>The next request runs this; the last script stays for all that follow.</summary>
    public ScriptedProvider Next(Func<HttpContext, Task> script)
    {
        scripts.Enqueue(script);
        return this;
    }

    public ScriptedProvider NextStream(string body) => NextStream([Encoding.UTF8.GetBytes(body)]);

    /// <summary>Each piece goes out in a write of its own.</summary>
    public ScriptedProvider NextStream(IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        Next(async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            foreach (var piece in pieces)
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });

    public ScriptedProvider NextStatus(
        int status,
        string body,
        string contentType = "application/json",
        params (string Name, string Value)[] headers
    ) =>
        Next(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            return context.Response.WriteAsync(body);
        });

    /// <summary>Sends the bytes, then resets the connection.</summary>
    public ScriptedProvider NextReset(string body) =>
        Next(async context =>
        {
            await context.Response.WriteAsync(body);
            await context.Response.Body.FlushAsync();
            // The client may drop unread bytes when the reset overtakes them.
            await Task.Delay(50);
            context.Abort();
        });

    /// <summary>Sends the bytes, then keeps the connection open and silent.</summary>
    public ScriptedProvider NextSilence(string body) =>
        Next(async context =>
        {
            await context.Response.WriteAsync(body);
            await context.Response.Body.FlushAsync();
            await ClientGone.Task;
        });

    public ValueTask DisposeAsync()
    {
        ClientGone.TrySetResult();
        return app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.RequestAborted.Register(() => ClientGone.TrySetResult());
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Requests.Add(
            new(
                context.Request.Path,
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                body
            )
        );
        if (scripts.TryDequeue(out var script))
            last = script;
        await last(context);
    }
}

internal sealed record HeardRequest(
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string Body
);
