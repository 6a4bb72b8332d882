using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel.Http;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>The service with a public internet of one server: connections to what passed the check go there.</summary>
public sealed class LinkingApi : TextApi
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");
    private readonly WebApplication internet;

    public LinkingApi(Postgres postgres)
        : base(postgres) => internet = Internet();

    /// <summary>A picture of 3 by 2.</summary>
    public static readonly byte[] Picture =
    [
        0x89,
        .. "PNG\r\n\u001a\n"u8,
        .. (ReadOnlySpan<byte>)[0, 0, 0, 13],
        .. "IHDR"u8,
        .. (ReadOnlySpan<byte>)[0, 0, 0, 3, 0, 0, 0, 2],
        .. (ReadOnlySpan<byte>)[8, 2, 0, 0, 0, 0, 0, 0, 0],
    ];

    public static byte[] Document { get; } = [.. "%PDF-1.7\n"u8, .. new byte[120_000]];

    /// <summary>Where connections went.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What was fetched.</summary>
    public ConcurrentQueue<string> Fetched { get; } = new();

    public override async Task InitializeAsync()
    {
        await internet.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await internet.DisposeAsync();
    }

    protected override void Change(IServiceCollection services) =>
        services.AddSingleton(_ => new GuardedFetch(
            (host, _) =>
                Task.FromResult<IPAddress[]>([
                    host == "inside.test" ? IPAddress.Parse("10.0.0.7") : Public,
                ]),
            async (address, cancel) =>
            {
                Asked.Enqueue(address.Address.ToString());
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", new Uri(internet.Urls.First()).Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
        ));

    private WebApplication Internet()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context =>
        {
            Fetched.Enqueue(context.Request.Path);
            var response = context.Response;
            response.ContentType = "image/png";
            switch (context.Request.Path.Value)
            {
                case "/a.pdf":
                    response.ContentType = "application/pdf";
                    return response.Body.WriteAsync(Document).AsTask();
                case "/page.png":
                    return response.WriteAsync("<html>no picture</html>");
                case "/page.html":
                    response.ContentType = "text/html";
                    return response.WriteAsync("<html></html>");
                case "/large.png":
                    response.ContentLength = 11 * 1024 * 1024;
                    return response.Body.FlushAsync();
                case "/inwards":
                    response.Redirect("http://169.254.169.254/latest/meta-data/");
                    return Task.CompletedTask;
                case "/missing.png":
                    response.StatusCode = 404;
                    return Task.CompletedTask;
                default:
                    return response.Body.WriteAsync(Picture).AsTask();
            }
        });
        return app;
    }
}
