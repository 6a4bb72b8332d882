using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;

namespace NetRoom.Tests.Providers.Media;

/// <summary>What is tried again, what is waited out, and what is not asked at all.</summary>
public sealed class PatienceTests : IAsyncLifetime
{
    private const string Vector = """{"data":[{"index":0,"embedding":[1,0]}]}""";
    private const string Picture = """{"data":[{"b64_json":"iVBORw0KGgo="}]}""";

    private ScriptedProvider server = null!;
    private MediaBench bench = null!;

    public async Task InitializeAsync()
    {
        server = await ScriptedProvider.StartAsync();
        bench = MediaBench.Against(new Uri(server.Address));
    }

    public async Task DisposeAsync()
    {
        await bench.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_busy_provider_of_pictures_is_asked_again()
    {
        server.NextStatus(503, "{}").NextStatus(StatusCodes.Status200OK, Picture);

        (await bench.Images("openai").GetImagesAsync(new("A kite"))).Images.Count.ShouldBe(1);

        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Vectors_are_asked_for_again_after_a_broken_connection()
    {
        server
            .Next(context =>
            {
                context.Abort();
                return Task.CompletedTask;
            })
            .NextStatus(StatusCodes.Status200OK, Vector);

        (await bench.Embeddings("openai").EmbedAsync(new(["a"]))).Vectors.Count.ShouldBe(1);

        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_provider_that_stays_busy_is_asked_three_times()
    {
        server.NextStatus(503, "{}");

        (
            await MediaAccounts.FailsAsync(() => bench.Embeddings("openai").EmbedAsync(new(["a"])))
        ).Kind.ShouldBe(ProviderErrorKind.Overloaded);

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Vectors_that_are_not_one_for_each_text_are_no_answer()
    {
        server.NextStatus(StatusCodes.Status200OK, Vector);

        (
            await MediaAccounts.FailsAsync(() =>
                bench.Embeddings("openai").EmbedAsync(new(["a", "b"]))
            )
        ).Kind.ShouldBe(ProviderErrorKind.Cut);
    }

    [Fact]
    public async Task Failures_to_ask_say_nothing_about_the_job()
    {
        server
            .NextStatus(503, "{}")
            .NextStatus(429, "{}", headers: ("retry-after-ms", "1"))
            .NextStatus(502, "<html>", "text/html")
            .NextStatus(StatusCodes.Status200OK, """{"status":"RUNNING","progress":"0.5"}""")
            .NextStatus(
                StatusCodes.Status200OK,
                """{"status":"SUCCEEDED","output":["https://example.org/a.mp4"]}"""
            );
        var states = new List<JobState>();
        await foreach (
            var state in bench
                .Jobs("runway", "gen4.5")
                .FollowAsync(
                    new("t1", Usage.None),
                    TimeSpan.Zero,
                    TimeProvider.System,
                    NullLogger.Instance
                )
        )
            states.Add(state);

        states[0].ShouldBe(new JobState.Running(0.5));
        states[1].ShouldBeOfType<JobState.Done>().Usage.Reported.ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_that_breaks_after_the_picture_has_given_the_picture()
    {
        server.NextReset(
            """
            event: image_generation.completed
            data: {"type":"image_generation.completed","b64_json":"iVBORw0KGgo=","size":"1024x1024"}


            """
        );

        var made = await bench.Images("openai").GetImagesAsync(new("A kite") { PartialImages = 1 });

        made.Images.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_breaks_before_it_is_cut_and_not_asked_for_again()
    {
        server.NextReset(
            """
            data: {"type":"image_generation.partial_image","partial_image_index":0,"b64_json":"iVBORw0KGgo="}


            """
        );

        (
            await MediaAccounts.FailsAsync(() =>
                bench.Images("openai").GetImagesAsync(new("A kite") { PartialImages = 1 })
            )
        ).Kind.ShouldBe(ProviderErrorKind.Cut);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_error_inside_a_stream_is_sorted()
    {
        server.NextStream(
            "data: {\"error\":{\"code\":\"moderation_blocked\",\"message\":\"no\"}}\n\n"
        );

        (
            await MediaAccounts.FailsAsync(() =>
                bench.Images("openai").GetImagesAsync(new("A kite") { PartialImages = 1 })
            )
        ).Kind.ShouldBe(ProviderErrorKind.Refused);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(11, 0)]
    [InlineData(1, 4)]
    public async Task What_is_over_every_limit_is_not_asked_at_all(int count, int partial)
    {
        foreach (var provider in new[] { "openai", "google", "bfl" })
            (
                await MediaAccounts.FailsAsync(() =>
                    bench
                        .Images(provider)
                        .GetImagesAsync(new("A kite") { Count = count, PartialImages = partial })
                )
            ).Kind.ShouldBe(ProviderErrorKind.BadRequest);
        (
            await MediaAccounts.FailsAsync(() => bench.Embeddings("openai").EmbedAsync(new([])))
        ).Kind.ShouldBe(ProviderErrorKind.BadRequest);

        server.Requests.ShouldBeEmpty();
    }
}
