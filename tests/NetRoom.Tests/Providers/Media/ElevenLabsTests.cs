using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class ElevenLabsTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Speech_is_billed_by_what_the_header_says_and_else_by_its_characters()
    {
        var spoken = await bench
            .Speech("elevenlabs")
            .SpeakAsync(new("Good morning", "Rachel") { Language = "en", Speed = 1.1 })
            .CollectAsync();

        spoken.Type.ShouldBe("audio/mpeg");
        spoken.Audio.Length.ShouldBeGreaterThan(1_000);
        spoken.Usage.Reported!.Counts.ShouldBe([new(UnitKind.Character, 6)]);
        spoken.Usage.Produced.Counts.ShouldBe([new(UnitKind.Character, 12)]);
    }

    [Theory]
    [InlineData("opus")]
    [InlineData("pcm")]
    [InlineData("ulaw_8000")]
    public async Task Formats_are_said_in_its_own_words(string format)
    {
        var spoken = await bench
            .Speech("elevenlabs")
            .SpeakAsync(new("Hi", "Rachel") { Format = format })
            .CollectAsync();

        spoken.Audio.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(SoundKind.Effect, "effect-sandbox")]
    [InlineData(SoundKind.Music, "music-sandbox")]
    public async Task Effects_and_music_come_at_once(SoundKind kind, string model)
    {
        var made = await Sounds(model)
            .MakeAsync(new(kind, "Rain on a roof") { Duration = TimeSpan.FromSeconds(5) })
            .CollectAsync();

        made.Audio.ShouldNotBeEmpty();
        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.AudioSecond, 5)]);
    }

    [Theory]
    [InlineData(SoundKind.Effect, 31)]
    [InlineData(SoundKind.Music, 2)]
    public async Task A_length_that_it_does_not_make_is_refused_here(SoundKind kind, int seconds) =>
        (
            await MediaAccounts.FailsAsync(() =>
                Sounds("effect-sandbox")
                    .MakeAsync(new(kind, "Rain") { Duration = TimeSpan.FromSeconds(seconds) })
                    .CollectAsync()
            )
        ).Kind.ShouldBe(ProviderErrorKind.BadRequest);

    [Theory]
    [InlineData("speech-fault-quota", "Rachel", ProviderErrorKind.Quota)]
    [InlineData("speech-fault-401", "Rachel", ProviderErrorKind.Key)]
    [InlineData("speech-fault-429", "Rachel", ProviderErrorKind.RateLimited)]
    [InlineData("speech-fault-filtered", "Rachel", ProviderErrorKind.Refused)]
    [InlineData("speech-sandbox", "nobody", ProviderErrorKind.BadRequest)]
    [InlineData("speech-none", "Rachel", ProviderErrorKind.NotFound)]
    public async Task Its_errors_are_sorted(string model, string voice, ProviderErrorKind kind) =>
        (
            await MediaAccounts.FailsAsync(() =>
                bench.Speech("elevenlabs", model).SpeakAsync(new("Hi", voice)).CollectAsync()
            )
        ).Kind.ShouldBe(kind);

    [Fact]
    public async Task Text_over_the_limit_is_too_long() =>
        (
            await MediaAccounts.FailsAsync(() =>
                bench
                    .Speech("elevenlabs")
                    .SpeakAsync(new(new string('a', 5_001), "Rachel"))
                    .CollectAsync()
            )
        ).Kind.ShouldBe(ProviderErrorKind.TooLong);

    [Fact]
    public async Task Words_make_sentences()
    {
        var heard = await bench
            .Transcription("elevenlabs")
            .TranscribeAsync(
                new(new(new byte[48_000 * 7], "audio/mpeg"), "talk.mp3")
                {
                    Detail = TranscriptDetail.Words,
                }
            );

        heard.Text.ShouldBe("Hello there. Bye now.");
        heard.Words.Select(word => word.Text).ShouldBe(["Hello", "there.", "Bye", "now."]);
        heard.Segments.ShouldBe([
            new(0, 3, "Hello there.", "speaker_0"),
            new(4, 7, "Bye now.", "speaker_0"),
        ]);
        heard.Usage.Produced.Counts.ShouldBe([new(UnitKind.AudioSecond, 7)]);
    }

    private ISoundClient Sounds(string model) =>
        bench.Clients.Sounds(MediaBench.Model("elevenlabs", model, ModelGroup.Audio));
}
