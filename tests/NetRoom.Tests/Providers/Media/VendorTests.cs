using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

/// <summary>What is peculiar to single vendors of media.</summary>
public sealed class VendorTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private static readonly MediaContent Frame = new(
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 1, 2, 3 },
        "image/png"
    );

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Flux_says_its_price_at_once_and_sides_are_multiples_of_16()
    {
        var jobs = bench.Jobs("bfl", "image-sandbox");
        var job = await jobs.CreateAsync(
            new ImageRequest("A kite") { Size = "1000x750", Inputs = [Frame, Frame] }
        );

        // 4.5 credits of a cent.
        job.Reported!.Counts.ShouldBe([new(UnitKind.ReportedCost, 45_000)]);
        var made = await bench.Images("bfl").GetImagesAsync(new("A kite") { Size = "1000x750" });
        made.Usage.Reported!.Counts.ShouldBe([new(UnitKind.ReportedCost, 30_000)]);
        Width(made.Images[0]).ShouldBe(992);
    }

    [Fact]
    public async Task Pictures_of_a_job_say_that_they_have_begun_so_that_the_job_is_not_lost()
    {
        var updates = new List<ImageUpdate>();
        await foreach (var update in bench.Images("bfl").GenerateAsync(new("A kite")))
            updates.Add(update);

        updates[0].ShouldBeOfType<ImageUpdate.Started>().Job.PollUrl!.ShouldContain("?id=");
        updates.OfType<ImageUpdate.Progress>().ShouldContain(new ImageUpdate.Progress(0.4));
        updates[^1].ShouldBeOfType<ImageUpdate.Finished>();
    }

    [Fact]
    public async Task A_prediction_may_give_several_files()
    {
        var made = await bench
            .Images("replicate", "sandbox/image-sandbox")
            .GetImagesAsync(new("A kite") { Count = 3 });

        made.Images.Count.ShouldBe(3);
        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.Image, 3)]);
        made.Usage.Raw!.ShouldContain("predict_time");
    }

    [Theory]
    [InlineData("1024x1792", "9:16")]
    [InlineData("1792x1024", "16:9")]
    [InlineData("auto", null)]
    public async Task Stability_knows_shapes_and_not_sizes(string size, string? ratio)
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.NextStatus(
            StatusCodes.Status200OK,
            $$"""{"image":"{{Convert.ToBase64String(Frame.Data.Span)}}","finish_reason":"SUCCESS"}"""
        );
        await using var scripted = MediaBench.Against(new Uri(server.Address));

        await scripted
            .Images("stability", "generate/sd3:sd3.5-large")
            .GetImagesAsync(new("A kite") { Size = size });

        var heard = server.Requests.Single();
        heard.Path.ShouldBe("/stability/v2beta/stable-image/generate/sd3");
        heard.Body.ShouldContain("sd3.5-large");
        if (ratio is null)
            heard.Body.ShouldNotContain("aspect_ratio");
        else
            heard.Body.ShouldContain($"\"aspect_ratio\"\r\n\r\n{ratio}\r\n");
    }

    [Fact]
    public async Task Runway_is_paid_in_credits()
    {
        var jobs = bench.Jobs("runway", "video-sandbox");
        var job = await jobs.CreateAsync(
            new VideoRequest("A kite")
            {
                Seconds = 6,
                AspectRatio = "9:16",
                FirstFrame = Frame,
            }
        );
        JobState state = new JobState.Queued();
        while (!state.IsEnd)
            state = await jobs.PollAsync(job);

        state
            .ShouldBeOfType<JobState.Done>()
            .Usage.Reported!.Counts.ShouldBe([new(UnitKind.ReportedCost, 300_000)]);
    }

    [Fact]
    public async Task Runway_hears_no_prompt_that_is_too_long()
    {
        var error = await MediaAccounts.FailsAsync(() =>
            bench
                .Jobs("runway", "video-fault-slow")
                .CreateAsync(new VideoRequest(new string('a', 1_001)))
        );

        error.Kind.ShouldBe(ProviderErrorKind.TooLong);
    }

    [Theory]
    [InlineData("sandbox-access:sandbox-secret", true)]
    [InlineData("sandbox-plain", true)]
    [InlineData("sandbox-access:another-secret", false)]
    [InlineData("stolen:sandbox-secret", false)]
    public async Task Kling_takes_a_signed_token_or_a_plain_key(string key, bool isTaken)
    {
        await using var signed = MediaBench.Against(
            sandbox.Address,
            settings: ("Providers:kling:ApiKey", key)
        );
        var creation = () =>
            signed.Jobs("kling", "video-sandbox").CreateAsync(new VideoRequest("A kite"));

        if (isTaken)
            (await creation()).Id.ShouldNotBeEmpty();
        else
            (await MediaAccounts.FailsAsync(creation)).Kind.ShouldBe(ProviderErrorKind.Key);
    }

    [Fact]
    public async Task The_secret_of_Kling_stays_here_and_its_token_ends_in_half_an_hour()
    {
        var clock = new FakeClock();
        await using var server = await ScriptedProvider.StartAsync();
        server.NextStatus(StatusCodes.Status200OK, """{"code":0,"data":{"task_id":"8"}}""");
        await using var signed = MediaBench.Against(
            new Uri(server.Address),
            clock,
            ("Providers:kling:ApiKey", "access:secret")
        );

        await signed.Jobs("kling", "kling-v3").CreateAsync(new VideoRequest("A kite"));

        var token = server.Requests.Single().Headers["Authorization"];
        token.ShouldNotContain("secret");
        var claims = Encoding.UTF8.GetString(
            System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])
        );
        using var said = JsonDocument.Parse(claims);
        said.RootElement.GetProperty("iss").GetString().ShouldBe("access");
        said.RootElement.GetProperty("exp")
            .GetInt64()
            .ShouldBe(clock.GetUtcNow().ToUnixTimeSeconds() + 1_800);
    }

    [Theory]
    [InlineData(1102, ProviderErrorKind.Quota)]
    [InlineData(1301, ProviderErrorKind.Refused)]
    [InlineData(1303, ProviderErrorKind.RateLimited)]
    [InlineData(1002, ProviderErrorKind.Key)]
    [InlineData(5000, ProviderErrorKind.Overloaded)]
    [InlineData(1201, ProviderErrorKind.BadRequest)]
    public async Task A_code_of_Kling_under_success_is_an_error(int code, ProviderErrorKind kind)
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.NextStatus(StatusCodes.Status200OK, $$"""{"code":{{code}},"message":"No."}""");
        await using var scripted = MediaBench.Against(new Uri(server.Address));

        (
            await MediaAccounts.FailsAsync(() =>
                scripted.Jobs("kling", "kling-v3").CreateAsync(new VideoRequest("A kite"))
            )
        ).Kind.ShouldBe(kind);
    }

    private static int Width(MediaContent image) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(image.Data.Span[16..]);
}
