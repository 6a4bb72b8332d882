using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

/// <summary>One model of media at two providers: who is asked next when the first fails, and what is never asked for twice.</summary>
public sealed class MediaRoutingTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Words = "A lighthouse in the fog";

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Theory]
    [InlineData("fault-401")]
    [InlineData("fault-quota")]
    [InlineData("fault-429")]
    [InlineData("fault-500")]
    [InlineData("fault-503")]
    public async Task A_picture_that_one_refuses_is_made_by_the_next(string fault)
    {
        var made = await bench
            .Clients.Images(Way("openai", $"image-{fault}", "stability", "generate/image-sandbox"))
            .GetImagesAsync(new(Words));

        made.Images.Count.ShouldBe(1);
        made.Usage.ProviderId.ShouldBe("stability");
    }

    [Theory]
    [InlineData("fault-filtered", ProviderErrorKind.Refused)]
    [InlineData("fault-html", ProviderErrorKind.Overloaded)]
    public async Task What_the_rules_forbid_and_what_a_gateway_lost_is_asked_of_nobody_else(
        string fault,
        ProviderErrorKind kind
    )
    {
        await using var server = await ScriptedProvider.StartAsync();
        await using var two = MediaBench.Against(
            sandbox.Address,
            settings: ("Providers:xai:BaseUrl", server.Address)
        );

        (
            await MediaAccounts.FailsAsync(() =>
                two
                    .Clients.Images(Way("openai", $"image-{fault}", "xai", "other"))
                    .GetImagesAsync(new(Words))
            )
        ).Kind.ShouldBe(kind);

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pictures_at_once_and_pictures_by_job_are_ways_of_one_model()
    {
        ImageUpdate.Started? started = null;
        ImageUpdate.Finished? finished = null;
        await foreach (
            var update in bench
                .Clients.Images(Way("openai", "image-fault-503", "bfl", "image-sandbox"))
                .GenerateAsync(new(Words))
        )
        {
            started = update as ImageUpdate.Started ?? started;
            finished = update as ImageUpdate.Finished ?? finished;
        }

        started!.Job.Holder!.ProviderId.ShouldBe("bfl");
        finished!.Images.Count.ShouldBe(1);
        finished.Usage.ProviderId.ShouldBe("bfl");
    }

    [Theory]
    [InlineData("fault-429")]
    [InlineData("fault-500")]
    [InlineData("fault-html")]
    [InlineData("fault-drop")]
    public async Task Speech_transcripts_and_vectors_come_by_the_next_way(string fault)
    {
        var said = await bench
            .Clients.Speech(
                Way("openai", $"speech-{fault}", "mistral", "speech-sandbox", ModelGroup.Audio)
            )
            .SpeakAsync(new(Words, "alloy"))
            .CollectAsync();
        var heard = await bench
            .Clients.Transcription(
                Way(
                    "openai",
                    $"transcribe-{fault}",
                    "mistral",
                    "transcribe-sandbox",
                    ModelGroup.Audio
                )
            )
            .TranscribeAsync(new(new(said.Audio, said.Type), "said.mp3"));
        var vectors = await bench
            .Clients.Embeddings(
                Way("openai", $"embed-{fault}", "mistral", "embed-sandbox", ModelGroup.Embeddings)
            )
            .EmbedAsync(new([Words]));

        said.Audio.ShouldNotBeEmpty();
        heard.Text.ShouldNotBeEmpty();
        vectors.Vectors.Count.ShouldBe(1);
        new[] { said.Usage, heard.Usage, vectors.Usage }.ShouldAllBe(usage =>
            usage.ProviderId == "mistral"
        );
    }

    [Fact]
    public async Task Speech_that_has_begun_is_not_begun_again_by_another_voice()
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.NextReset("data: {\"type\":\"speech.audio.delta\",\"audio\":\"AAAA\"}\n\n");
        await using var two = MediaBench.Against(
            sandbox.Address,
            settings: ("Providers:openai:BaseUrl", server.Address)
        );
        var before = await sandbox.CallsAsync("speech-sandbox");

        (
            await MediaAccounts.FailsAsync(() =>
                two
                    .Clients.Speech(
                        Way("openai", "speech", "mistral", "speech-sandbox", ModelGroup.Audio)
                    )
                    .SpeakAsync(new(Words, "alloy"))
                    .CollectAsync()
            )
        ).Kind.ShouldBe(ProviderErrorKind.Cut);

        (await sandbox.CallsAsync("speech-sandbox")).ShouldBe(before);
    }

    [Theory]
    [InlineData("fault-401")]
    [InlineData("fault-quota")]
    [InlineData("fault-429")]
    [InlineData("fault-503")]
    public async Task A_job_that_one_refuses_is_taken_by_the_next_and_found_there_by_any_node(
        string fault
    )
    {
        var model = Film("runway", $"video-{fault}", "google", "video-sandbox");
        var job = await bench.Clients.Jobs(model).CreateAsync(new VideoRequest(Words));
        job.Holder!.ProviderId.ShouldBe("google");

        await using var other = MediaBench.Against(sandbox.Address);
        var jobs = other.Clients.Jobs(model);
        var stored = System.Text.Json.JsonSerializer.Deserialize<MediaJob>(
            System.Text.Json.JsonSerializer.Serialize(job)
        )!;
        JobState.Done? done = null;
        await foreach (
            var state in jobs.FollowAsync(
                stored,
                TimeSpan.Zero,
                TimeProvider.System,
                NullLogger.Instance
            )
        )
            done = state as JobState.Done ?? done;
        using var file = new MemoryStream();
        await jobs.DownloadAsync(done!.Results[0], file, new("video", 10_000_000));

        file.Length.ShouldBeGreaterThan(500);
        done.Usage.ProviderId.ShouldBe("google");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(0)]
    public async Task A_job_whose_fate_is_unknown_is_given_to_nobody_else(int status)
    {
        await using var first = await ScriptedProvider.StartAsync();
        await using var second = await ScriptedProvider.StartAsync();
        first.Next(context =>
        {
            context.Response.StatusCode = status;
            if (status == 0)
                context.Abort();
            return Task.CompletedTask;
        });
        await using var two = Two(first.Address, second.Address);

        await MediaAccounts.FailsAsync(() =>
            two.Clients.Jobs(Film("runway", "a", "xai", "b")).CreateAsync(new VideoRequest(Words))
        );

        first.Requests.Count.ShouldBe(1);
        second.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_could_not_even_be_sent_goes_elsewhere()
    {
        // A port that was just free: nobody listens.
        await using var gone = await ScriptedProvider.StartAsync();
        var address = gone.Address;
        await gone.DisposeAsync();
        await using var two = MediaBench.Against(
            sandbox.Address,
            settings: ("Providers:runway:BaseUrl", address)
        );

        var job = await two
            .Clients.Jobs(Film("runway", "a", "xai", "video-sandbox"))
            .CreateAsync(new VideoRequest(Words));

        job.Holder!.ProviderId.ShouldBe("xai");
    }

    [Fact]
    public async Task A_job_stays_with_the_key_that_took_it()
    {
        await using var two = MediaBench.Against(
            sandbox.Address,
            settings:
            [
                ("Providers:xai:ApiKey", "revoked"),
                ("Providers:xai:ApiKeys:0", "sandbox-second"),
            ]
        );
        var jobs = two.Jobs("xai", "video-sandbox");
        for (var films = 0; films < 4; films++)
        {
            var job = await jobs.CreateAsync(new VideoRequest(Words));
            (await jobs.PollAsync(job)).ShouldBeOfType<JobState.Queued>();
            job.Holder!.KeyMark!.ShouldNotContain("second");
        }
    }

    [Fact]
    public async Task A_provider_that_fails_too_often_is_left_alone_and_asked_again_later()
    {
        await using var first = await ScriptedProvider.StartAsync();
        first.NextStatus(503, "{}");
        var clock = new FakeClock();
        await using var two = MediaBench.Against(
            sandbox.Address,
            clock,
            ("Providers:runway:BaseUrl", first.Address),
            ("Providers:RetryDelay", "00:00:00"),
            ("Providers:CircuitMinimum", "6")
        );
        var jobs = two.Clients.Jobs(Film("runway", "a", "xai", "video-sandbox"));
        for (var films = 0; films < 4; films++)
            (await jobs.CreateAsync(new VideoRequest(Words))).Holder!.ProviderId.ShouldBe("xai");
        first.Requests.Count.ShouldBe(6);

        clock.Advance(TimeSpan.FromSeconds(16));
        first.NextStatus(StatusCodes.Status200OK, """{"id":"t1"}""");
        var job = await jobs.CreateAsync(new VideoRequest(Words));

        job.Holder!.ProviderId.ShouldBe("runway");
    }

    [Fact]
    public async Task A_way_without_a_key_or_an_adapter_is_passed_over()
    {
        await using var two = MediaBench.Against(
            sandbox.Address,
            settings: ("Providers:openai:ApiKey", "")
        );
        var model = Way("openai", "a", "stability", "generate/image-sandbox") with
        {
            Routes =
            [
                new ModelRoute("elevenlabs", "no pictures there", Rank: 1),
                new ModelRoute("stability", "generate/image-sandbox", Rank: 2),
            ],
        };

        two.Clients.CanRun(model).ShouldBeTrue();
        var made = await two.Clients.Images(model).GetImagesAsync(new(Words));

        made.Usage.ProviderId.ShouldBe("stability");
    }

    private MediaBench Two(string runway, string xai) =>
        MediaBench.Against(
            sandbox.Address,
            settings: [("Providers:runway:BaseUrl", runway), ("Providers:xai:BaseUrl", xai)]
        );

    private static ModelInfo Film(string provider, string name, string next, string nextName) =>
        Way(provider, name, next, nextName, ModelGroup.Video);

    private static ModelInfo Way(
        string provider,
        string name,
        string next,
        string nextName,
        ModelGroup group = ModelGroup.Image
    ) =>
        MediaBench.Model(provider, name, group) with
        {
            Routes = [new ModelRoute(next, nextName, Rank: 1)],
        };
}
