using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel.Http;

namespace NetRoom.Tests.Kernel;

/// <summary>
/// Addresses that people name. In these tests the public internet is one local server: names resolve as a test says, and connections to
/// what passed the check go there.
/// </summary>
public sealed class GuardedFetchTests : IAsyncLifetime
{
    private static readonly FetchRules Rules = new(
        ["image/png", "audio/*"],
        1_000,
        TimeSpan.FromSeconds(20)
    );
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");
    private readonly ConcurrentDictionary<string, Queue<IPAddress[]>> names = new();
    private readonly ConcurrentQueue<IPEndPoint> connected = new();
    private WebApplication internet = null!;
    private GuardedFetch fetch = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        internet = builder.Build();
        internet.Run(AnswerAsync);
        await internet.StartAsync();
        fetch = new GuardedFetch(
            (host, _) =>
                Task.FromResult(
                    names.TryGetValue(host, out var answers)
                        ? answers.Count > 1
                            ? answers.Dequeue()
                            : answers.Peek()
                        : [Public]
                ),
            async (address, cancel) =>
            {
                connected.Enqueue(address);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", new Uri(internet.Urls.First()).Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
        );
    }

    public async Task DisposeAsync()
    {
        fetch.Dispose();
        await internet.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "image/png; charset=binary";
        switch (context.Request.Path.Value)
        {
            case "/to":
                response.Redirect(context.Request.Query["url"]!);
                break;
            case "/loop":
                response.Redirect("/loop");
                break;
            case "/page":
                response.ContentType = "text/html";
                await response.WriteAsync("<p>");
                break;
            case "/sound":
                response.ContentType = "Audio/WAV";
                await response.WriteAsync("RIFF");
                break;
            case "/large":
                response.ContentLength = 1_001;
                await response.Body.WriteAsync(new byte[1_001]);
                break;
            case "/endless":
                while (!context.RequestAborted.IsCancellationRequested)
                    await response.Body.WriteAsync(new byte[100]);
                break;
            case "/silent":
                await response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "/missing":
                response.StatusCode = 404;
                break;
            default:
                await response.WriteAsync(
                    $"picture for {context.Request.Headers.Cookie}{context.Request.Headers.Authorization}"
                );
                break;
        }
    }

    private async Task<string?> CodeAsync(string address, FetchRules? rules = null)
    {
        var outcome = await fetch.GetAsync(
            new Uri(address, UriKind.RelativeOrAbsolute),
            rules ?? Rules,
            default
        );
        return outcome.Problem?.Code;
    }

    [Fact]
    public async Task A_public_picture_is_fetched_without_cookies_or_credentials()
    {
        var outcome = await fetch.GetAsync(new Uri("http://pictures.test/a.png"), Rules, default);
        outcome.Succeeded(out var file, out var problem).ShouldBeTrue(problem?.Code);
        file!.ContentType.ShouldBe("image/png");
        System.Text.Encoding.UTF8.GetString(file.Content).ShouldBe("picture for ");
        connected.ShouldBe([new IPEndPoint(Public, 80)]);
        (await CodeAsync("http://pictures.test/sound")).ShouldBeNull(
            "audio of all kinds was allowed"
        );
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("168.63.129.16")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.5")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:0a00:1::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    public async Task An_address_of_ours_is_refused_by_number_and_by_name(string address)
    {
        var ip = IPAddress.Parse(address);
        names["rebound.test"] = new([
            [ip],
        ]);
        names["both.test"] = new([
            [Public, ip],
        ]);
        (
            await CodeAsync(
                $"http://{(ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}/"
            )
        ).ShouldBe("kernel.fetch_address");
        (await CodeAsync("http://rebound.test/")).ShouldBe("kernel.fetch_address");
        (await CodeAsync("http://both.test/")).ShouldBe("kernel.fetch_address");
        (await CodeAsync("http://pictures.test/to?url=http://rebound.test/")).ShouldBe(
            "kernel.fetch_address"
        );
        connected.ShouldAllBe(it => it.Address.Equals(Public));
    }

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://pictures.test/a.png")]
    [InlineData("gopher://pictures.test/")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("/a.png")]
    [InlineData("http://pictures.test:5432/")]
    [InlineData("http://someone:secret@pictures.test/")]
    public async Task What_is_no_plain_public_address_is_refused_before_anything_is_sent(
        string address
    )
    {
        (await CodeAsync(address)).ShouldBe("kernel.fetch_address");
        connected.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("::ffff:8.8.8.8")]
    public void The_rest_is_public(string address) =>
        PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public async Task A_redirect_is_checked_as_the_first_address_was()
    {
        foreach (
            var to in new[]
            {
                "http://127.0.0.1/",
                "http://[::1]/",
                "http://169.254.169.254/latest/meta-data/",
                "file:///etc/passwd",
                "http://pictures.test:22/",
            }
        )
            (await CodeAsync($"http://pictures.test/to?url={Uri.EscapeDataString(to)}")).ShouldBe(
                "kernel.fetch_address",
                to
            );
        (await CodeAsync("http://pictures.test/to?url=http://elsewhere.test/a.png")).ShouldBeNull();
        (await CodeAsync("http://pictures.test/loop")).ShouldBe("kernel.fetch_redirects");
    }

    [Fact]
    public async Task A_name_that_resolves_to_something_else_the_second_time_gains_nothing()
    {
        // Public when it is looked at, ours when it is used: here both are the same moment.
        names["rebinding.test"] = new([
            [Public],
            [IPAddress.Loopback],
        ]);
        (await CodeAsync("http://rebinding.test/a.png")).ShouldBeNull();
        connected.ShouldBe([new IPEndPoint(Public, 80)]);
        names["rebinding.test"].Peek().ShouldBe([IPAddress.Loopback], "it was asked once");

        // A redirect to the same name over another scheme needs a connection of its own, and a check.
        names["turning.test"] = new([
            [Public],
            [IPAddress.Loopback],
        ]);
        (await CodeAsync("http://turning.test/to?url=https://turning.test/")).ShouldBe(
            "kernel.fetch_address"
        );
    }

    [Fact]
    public async Task Limits_hold_on_size_type_and_time()
    {
        (await CodeAsync("http://pictures.test/large")).ShouldBe("kernel.fetch_too_large");
        (await CodeAsync("http://pictures.test/endless")).ShouldBe("kernel.fetch_too_large");
        (await CodeAsync("http://pictures.test/page")).ShouldBe("kernel.fetch_type");
        (await CodeAsync("http://pictures.test/missing")).ShouldBe("kernel.fetch_failed");
        (
            await CodeAsync(
                "http://pictures.test/silent",
                Rules with
                {
                    Time = TimeSpan.FromMilliseconds(300),
                }
            )
        ).ShouldBe("kernel.fetch_time");
    }

    [Fact]
    public async Task Whoever_gives_up_is_heard()
    {
        using var cancel = new CancellationTokenSource();
        var running = fetch.GetAsync(new Uri("http://pictures.test/silent"), Rules, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await running);
    }
}
