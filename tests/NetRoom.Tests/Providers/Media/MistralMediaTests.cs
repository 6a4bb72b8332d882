using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Sandbox;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class MistralMediaTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private static readonly MediaContent Recording = new(new byte[96_000], "audio/mpeg");

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Vectors_have_the_length_that_was_asked_for_in_Mistrals_words()
    {
        var answer = await bench
            .Embeddings("mistral")
            .EmbedAsync(new(["red apple", "sky"]) { Dimensions = 32 });

        answer.Vectors.ShouldAllBe(vector => vector.Length == 32);
        answer
            .Usage.Reported!.Of(UnitKind.Input)
            .ShouldBe(Tokenizer.Count("red apple") + Tokenizer.Count("sky"));
    }

    [Fact]
    public async Task A_transcript_is_billed_by_its_seconds()
    {
        var heard = await bench
            .Transcription("mistral")
            .TranscribeAsync(new(Recording, "talk.mp3") { Detail = TranscriptDetail.Segments });

        heard.Text.ShouldBe("The recording talk.mp3 has 96000 bytes.");
        heard.Segments.ShouldBe([new(0, 2, heard.Text, "speaker_1")]);
        heard.Usage.Reported!.Counts.ShouldBe([new(UnitKind.AudioSecond, 2)]);
    }

    [Fact]
    public async Task Words_come_with_their_times()
    {
        var heard = await bench
            .Transcription("mistral")
            .TranscribeAsync(new(Recording, "talk.mp3") { Detail = TranscriptDetail.Words });

        heard.Words.Count.ShouldBe(6);
        heard.Words[0].ShouldBe(new(0, 2.0 / 6, "The"));
    }

    [Fact]
    public async Task Speech_in_JSON_becomes_bytes()
    {
        var spoken = await bench
            .Speech("mistral")
            .SpeakAsync(new("Hi 🦔", "jane") { Format = "wav" })
            .CollectAsync();

        spoken.Type.ShouldBe("audio/wav");
        spoken.Audio.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();
        spoken.Usage.Reported.ShouldBeNull();
        spoken.Usage.Produced.Counts.ShouldBe([new(UnitKind.Character, 4)]);
    }

    [Fact]
    public async Task What_is_missing_is_a_bad_request_with_Mistrals_words()
    {
        var error = await MediaAccounts.FailsAsync(() =>
            bench.Embeddings("mistral", "embed-none").EmbedAsync(new(["a"]))
        );

        error.Kind.ShouldBe(ProviderErrorKind.NotFound);
    }
}
