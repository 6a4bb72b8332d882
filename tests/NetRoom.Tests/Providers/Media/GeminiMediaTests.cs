using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Sandbox;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class GeminiMediaTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Two_pictures_are_two_calls_with_one_usage_of_disjoint_units()
    {
        var made = await bench
            .Images("google")
            .GetImagesAsync(
                new("A kite")
                {
                    Count = 2,
                    Size = "1024x1792",
                    Seed = 5,
                }
            );

        made.Images.Count.ShouldBe(2);
        made.Images[0].Data.Span.SequenceEqual(made.Images[1].Data.Span).ShouldBeFalse();
        var usage = made.Usage.Reported!;
        usage.Of(UnitKind.Input).ShouldBe(2 * Tokenizer.Count("A kite"));
        usage.Of(UnitKind.ImageOutput).ShouldBe(2 * 1_120);
        usage.Of(UnitKind.Output).ShouldBe(2 * 5);
        usage.Of(UnitKind.Reasoning).ShouldBe(2 * 11);
        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.Image, 2, "2K")]);
    }

    [Fact]
    public async Task A_picture_to_change_is_billed_as_a_picture()
    {
        var picture = (await bench.Images("google").GetImagesAsync(new("A kite"))).Images[0];
        var made = await bench
            .Images("google")
            .GetImagesAsync(new("Make it red") { Inputs = [picture] });

        made.Usage.Reported!.Of(UnitKind.ImageInput).ShouldBe(258);
        made.Usage.Reported.Of(UnitKind.Input).ShouldBe(Tokenizer.Count("Make it red"));
    }

    [Theory]
    [InlineData(null, "audio/wav", true)]
    [InlineData("wav", "audio/wav", true)]
    [InlineData("pcm", "audio/L16;codec=pcm;rate=24000", false)]
    public async Task Raw_samples_become_a_file_that_players_know(
        string? format,
        string type,
        bool hasHeader
    )
    {
        var spoken = await bench
            .Speech("google")
            .SpeakAsync(new("Good morning", "Kore") { Format = format })
            .CollectAsync();

        spoken.Type.ShouldBe(type);
        spoken.Audio.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBe(hasHeader);
        if (hasHeader)
            BitConverter.ToInt32(spoken.Audio, 24).ShouldBe(24_000);
        spoken
            .Usage.Reported!.Of(UnitKind.AudioOutput)
            .ShouldBe(10 * Tokenizer.Count("Good morning"));
    }

    [Fact]
    public async Task A_format_that_Gemini_has_not_is_refused_before_it_costs_anything()
    {
        var error = await MediaAccounts.FailsAsync(() =>
            bench
                .Speech("google", "speech-fault-500")
                .SpeakAsync(new("Hi", "Kore") { Format = "mp3" })
                .CollectAsync()
        );

        error.Kind.ShouldBe(ProviderErrorKind.BadRequest);
        (await sandbox.CallsAsync("speech-fault-500")).ShouldBe(0);
    }

    [Fact]
    public async Task Shortened_vectors_are_of_length_one_again_and_usage_stays_unknown()
    {
        var answer = await bench
            .Embeddings("google")
            .EmbedAsync(new(["red apple", "blue sky above"]) { Dimensions = 16, IsQuery = true });

        answer.Vectors.Count.ShouldBe(2);
        foreach (var vector in answer.Vectors)
            vector.ToArray().Sum(value => value * value).ShouldBe(1, 1e-5);
        answer.Usage.Reported.ShouldBeNull();
        answer.Usage.For(new RateCard([new Rate(UnitKind.Input, 1)])).ShouldBeNull();
    }

    [Fact]
    public async Task A_film_is_billed_by_its_tokens_or_its_seconds()
    {
        var jobs = bench.Jobs("google", "video-sandbox");
        var job = await jobs.CreateAsync(new VideoRequest("A kite") { Seconds = 6 });
        JobState state = new JobState.Queued();
        while (!state.IsEnd)
            state = await jobs.PollAsync(job);

        var done = state.ShouldBeOfType<JobState.Done>();
        done.Usage.Reported!.Of(UnitKind.VideoOutput).ShouldBe(6 * 5_792);
        done.Usage.Reported.Of(UnitKind.Input).ShouldBe(20);
        done.Usage.Produced.Counts.ShouldBe([new(UnitKind.VideoSecond, 6, "720p")]);
    }
}
