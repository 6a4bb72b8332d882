using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using NetRoom.Kernel.Http;

namespace NetRoom.Tests.Kernel;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.0/8, ::1")]
    public async Task A_stranger_cannot_choose_its_address(string? networks) =>
        (await SeenAsync(networks, "203.0.113.7")).ShouldBe("127.0.0.1 http");

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.7", "203.0.113.7 https")]
    [InlineData("fd00::/8, 127.0.0.1", "2001:db8::7", "2001:db8::7 https")]
    // Through two of our proxies; what the client itself wrote is to the left of them.
    [InlineData("127.0.0.1, 10.0.0.0/8", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7 https")]
    public async Task A_proxy_of_ours_says_for_whom_it_asks(
        string networks,
        string claimed,
        string seen
    ) => (await SeenAsync(networks, claimed)).ShouldBe(seen);

    [Fact]
    public async Task A_list_that_cannot_be_read_stops_the_start() =>
        (
            await Should.ThrowAsync<FormatException>(() => SeenAsync("office", "1.1.1.1"))
        ).Message.ShouldBe("Proxies:Networks: \"office\" is no network and no address.");

    private static async Task<string> SeenAsync(string? networks, string claimed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { [TrustedProxies.Setting] = networks }
        );
        builder.Services.AddTrustedProxies();
        await using var app = builder.Build();
        app.UseForwardedHeaders();
        app.MapGet(
            "/",
            (HttpContext context) =>
                $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}"
        );
        await app.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler())
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", claimed);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return await client.GetStringAsync("/");
    }
}
