using System.Net;
using Microsoft.AspNetCore.Http;
using NetRoom.Catalog;
using NetRoom.Kernel.Http;
using NetRoom.Providers;
using NetRoom.Providers.Media;

namespace NetRoom.Tests.Providers.Media;

/// <summary>Fetching what a provider's answer names: whose hosts, with whose key, how much.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private static readonly byte[] Picture = [0x89, 0x50, 0x4E, 0x47, .. new byte[200]];
    private static readonly DownloadRule Rule = new("image", 10_000);

    private ScriptedProvider home = null!;
    private ScriptedProvider foreign = null!;

    public async Task InitializeAsync()
    {
        home = await ScriptedProvider.StartAsync();
        foreign = await ScriptedProvider.StartAsync();
        foreign.Next(context => Send(context, Picture));
    }

    public async Task DisposeAsync()
    {
        await home.DisposeAsync();
        await foreign.DisposeAsync();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/x.png", "TLS")]
    [InlineData("http://169.254.169.254/latest/meta-data", "TLS")]
    [InlineData("https://127.0.0.1:1/x.png", "reached")]
    [InlineData("https://localhost:1/x.png", "reached")]
    [InlineData("https://169.254.169.254/latest", "reached")]
    [InlineData("https://[::1]:1/x.png", "reached")]
    public async Task A_private_address_is_never_connected_to(string address, string said)
    {
        await using var bench = MediaBench.Against(new Uri(home.Address));

        var error = await MediaAccounts.FailsAsync(() => SaveAsync(bench, address));

        error.Message.ShouldContain(said);
        if (said == "reached")
            error.InnerException!.Message.ShouldContain("no public address");
    }

    [Fact]
    public async Task A_foreign_host_gets_no_key()
    {
        await using var bench = Trusting();

        var type = await SaveAsync(bench, $"{foreign.Address}/a.png");

        type.ShouldBe("image/png");
        foreign.Requests.ShouldHaveSingleItem().Headers.Keys.ShouldNotContain("x-goog-api-key");
    }

    [Fact]
    public async Task The_providers_own_host_gets_it_and_again_after_a_redirect_at_home()
    {
        home.Next(context => Redirect(context, "/second")).Next(context => Send(context, Picture));
        await using var bench = Trusting();

        await SaveAsync(bench, $"{home.Address}/first");

        home.Requests.Select(request => request.Path).ShouldBe(["/first", "/second"]);
        home.Requests.ShouldAllBe(request => request.Headers["x-goog-api-key"] == MediaBench.Key);
    }

    [Fact]
    public async Task A_redirect_to_a_host_that_was_not_named_is_not_followed()
    {
        home.Next(context => Redirect(context, $"{foreign.Address}/a.png"));
        await using var bench = Trusting();

        var error = await MediaAccounts.FailsAsync(() => SaveAsync(bench, $"{home.Address}/a"));

        error.Message.ShouldContain("had not named");
        foreign.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redirects_end()
    {
        home.Next(context => Redirect(context, "/again"));
        await using var bench = Trusting();

        var error = await MediaAccounts.FailsAsync(() => SaveAsync(bench, $"{home.Address}/a"));

        error.Message.ShouldContain("more than 3 times");
        home.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_too_large_is_given_up(bool saysItsLength)
    {
        home.Next(async context =>
        {
            context.Response.ContentType = "image/png";
            if (saysItsLength)
                context.Response.ContentLength = 20_000;
            await context.Response.Body.WriteAsync((byte[])[.. Picture, .. new byte[19_796]]);
        });
        await using var bench = Trusting();
        using var file = new MemoryStream();

        var error = await MediaAccounts.FailsAsync(() =>
            Jobs(bench).DownloadAsync(new(new Uri($"{home.Address}/a")), file, Rule)
        );

        error.Kind.ShouldBe(ProviderErrorKind.TooLong);
        file.Length.ShouldBeLessThanOrEqualTo(Rule.MaxBytes);
    }

    [Theory]
    [InlineData("text/html", "<html>Log in</html>")]
    [InlineData("application/json", "{}")]
    [InlineData("image/png", "")]
    public async Task What_is_no_picture_is_not_kept(string type, string body)
    {
        home.NextStatus(StatusCodes.Status200OK, body, type);
        await using var bench = Trusting();

        var error = await MediaAccounts.FailsAsync(() => SaveAsync(bench, $"{home.Address}/a"));

        error.Kind.ShouldBe(ProviderErrorKind.NotFound);
    }

    [Fact]
    public async Task A_type_that_lies_is_corrected_by_the_first_bytes()
    {
        home.Next(context =>
        {
            context.Response.ContentType = "application/octet-stream";
            return context.Response.Body.WriteAsync(Picture).AsTask();
        });
        await using var bench = Trusting();

        (await SaveAsync(bench, $"{home.Address}/a")).ShouldBe("image/png");
    }

    [Fact]
    public async Task A_result_in_a_data_URL_needs_no_address()
    {
        home.NextStatus(
            StatusCodes.Status200OK,
            $$"""{"id":"p1","status":"succeeded","output":["data:image/png;base64,{{Convert.ToBase64String(Picture)}}"]}"""
        );
        await using var bench = MediaBench.Against(new Uri(home.Address));
        var jobs = bench.Jobs("replicate", "owner/name");
        var done = (JobState.Done)await jobs.PollAsync(new("p1", Usage.None));
        using var file = new MemoryStream();

        (await jobs.DownloadAsync(done.Results[0], file, Rule)).ShouldBe("image/png");

        file.ToArray().ShouldBe(Picture);
    }

    [Fact]
    public async Task A_polling_address_of_a_stranger_never_sees_the_key()
    {
        home.NextStatus(
            StatusCodes.Status200OK,
            $$"""{"id":"1f","polling_url":"{{foreign.Address}}/get_result?id=1f"}"""
        );
        await using var bench = Trusting();
        var jobs = bench.Jobs("bfl", "flux");
        var job = await jobs.CreateAsync(new ImageRequest("A kite"));

        await jobs.PollAsync(job);

        foreign.Requests.ShouldBeEmpty();
        home.Requests[^1].Path.ShouldBe("/bfl/v1/get_result");
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00:1450:4001:81b::200e", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    public void Only_addresses_of_the_public_internet_are_public(string address, bool isPublic) =>
        PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(isPublic);

    private MediaBench Trusting() =>
        MediaBench.Against(
            new Uri(home.Address),
            settings: ("Providers:TrustedHosts", "127.0.0.1")
        );

    private static IMediaJobClient Jobs(MediaBench bench) => bench.Jobs("google", "omni");

    private static Task<string> SaveAsync(MediaBench bench, string address) =>
        Jobs(bench).DownloadAsync(new(new Uri(address)), new MemoryStream(), Rule);

    private static Task Send(HttpContext context, byte[] bytes)
    {
        context.Response.ContentType = "image/png";
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }

    private static Task Redirect(HttpContext context, string to)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = to;
        return context.Response.WriteAsync("""{"error":{"code":302}}""");
    }
}
