using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Sandbox;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class OpenAiMediaTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Words = "A kite over a beach";
    private static readonly byte[] Wav = [.. "RIFF\0\0\0\0WAVE"u8, .. new byte[95_988]];

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Several_pictures_come_with_the_tokens_that_were_counted()
    {
        var made = await bench
            .Images("openai")
            .GetImagesAsync(
                new(Words)
                {
                    Count = 3,
                    Size = "1536x1024",
                    Quality = "high",
                }
            );

        made.Images.Count.ShouldBe(3);
        made.Images.ShouldAllBe(image => image.MediaType == "image/png" && Width(image) == 1536);
        var usage = made.Usage.Reported!;
        usage.Of(UnitKind.Input).ShouldBe(Tokenizer.Count(Words));
        usage
            .Of(UnitKind.ImageOutput)
            .ShouldBe(await sandbox.CountedAsync("image-sandbox", "image_output"));
        usage.Of(UnitKind.Output).ShouldBe(0);
        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.Image, 3, "1536x1024/high")]);
        made.Usage.Raw!.ShouldContain("total_tokens");
    }

    [Fact]
    public async Task What_auto_became_is_what_is_billed()
    {
        var made = await bench
            .Images("openai")
            .GetImagesAsync(new(Words) { Size = "auto", Quality = "auto" });

        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.Image, 1, "1024x1024/low")]);
    }

    [Fact]
    public async Task Half_finished_pictures_come_before_the_finished_one()
    {
        var updates = new List<ImageUpdate>();
        await foreach (
            var update in bench.Images("openai").GenerateAsync(new(Words) { PartialImages = 2 })
        )
            updates.Add(update);

        updates.Count.ShouldBe(3);
        updates.OfType<ImageUpdate.Partial>().Select(partial => partial.Index).ShouldBe([0, 1]);
        var finished = updates[^1].ShouldBeOfType<ImageUpdate.Finished>();
        finished.Images.ShouldHaveSingleItem();
        finished.Usage.Reported!.Of(UnitKind.ImageOutput).ShouldBe(272);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Pictures_to_work_on_are_sent_and_counted(int inputs)
    {
        var picture = (await bench.Images("openai").GetImagesAsync(new(Words))).Images[0];
        var made = await bench
            .Images("openai")
            .GetImagesAsync(
                new("Make it night")
                {
                    Inputs = [.. Enumerable.Repeat(picture, inputs)],
                    Mask = picture,
                    InputFidelity = "high",
                }
            );

        made.Usage.Reported!.Of(UnitKind.ImageInput).ShouldBe(28 * inputs);
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_a_bad_request_and_is_not_sent_again()
    {
        var error = await MediaAccounts.FailsAsync(() =>
            bench
                .Images("openai", "image-sandbox")
                .GetImagesAsync(new(Words) { Inputs = [new("text"u8.ToArray(), "image/png")] })
        );

        error.Kind.ShouldBe(ProviderErrorKind.BadRequest);
        error.Message.ShouldContain("invalid_image_file");
        error.Message.ShouldNotContain(Words);
    }

    [Fact]
    public async Task Speech_comes_in_pieces_and_its_usage_at_the_end()
    {
        var pieces = 0;
        MediaUsage? usage = null;
        await foreach (
            var update in bench.Speech("openai").SpeakAsync(new("Good morning", "marin"))
        )
        {
            update.MediaType.ShouldBe("audio/mpeg");
            pieces += update.Audio.IsEmpty ? 0 : 1;
            usage = update.Usage;
        }

        pieces.ShouldBe(3);
        usage!.Reported!.Of(UnitKind.Input).ShouldBe(Tokenizer.Count("Good morning"));
        usage
            .Reported.Of(UnitKind.AudioOutput)
            .ShouldBe(await sandbox.CountedAsync("speech-sandbox", "audio_output"));
        usage.Produced.Counts.ShouldBe([new(UnitKind.Character, 12)]);
    }

    [Fact]
    public async Task Speech_keeps_the_format_that_was_asked_for()
    {
        var spoken = await bench
            .Speech("openai")
            .SpeakAsync(new("Hi", "marin") { Format = "wav" })
            .CollectAsync();

        spoken.Type.ShouldBe("audio/wav");
        spoken.Audio.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task A_transcript_of_text_alone_counts_tokens_and_seconds_stay_the_callers()
    {
        var heard = await bench
            .Transcription("openai")
            .TranscribeAsync(
                new(new(Wav, "audio/wav"), "talk.wav") { Duration = TimeSpan.FromSeconds(1.2) }
            );

        heard.Text.ShouldBe("The recording talk.wav has 96000 bytes.");
        heard.Segments.ShouldBeEmpty();
        heard.Usage.Reported!.Of(UnitKind.AudioInput).ShouldBe(20);
        heard.Usage.Reported.Of(UnitKind.Output).ShouldBe(Tokenizer.Count(heard.Text));
        heard.Usage.Produced.Counts.ShouldBe([new(UnitKind.AudioSecond, 2)]);
    }

    [Fact]
    public async Task A_transcript_with_words_becomes_subtitles()
    {
        var heard = await bench
            .Transcription("openai")
            .TranscribeAsync(
                new(new(Wav, "audio/wav"), "talk.wav")
                {
                    Detail = TranscriptDetail.Words,
                    Language = "en",
                }
            );

        heard.Duration.ShouldBe(TimeSpan.FromSeconds(2));
        heard.Language.ShouldBe("en");
        heard.Words.Count.ShouldBe(6);
        heard.Usage.Reported!.Counts.ShouldBe([new(UnitKind.AudioSecond, 2)]);
        heard
            .ToSrt()
            .ShouldStartWith("1\n00:00:00,000 --> 00:00:01,000\nThe recording talk.wav\n\n2\n");
        heard.ToVtt().ShouldStartWith("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nThe recording");
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("ollama")]
    public async Task Texts_become_vectors_in_their_order(string provider)
    {
        var answer = await bench
            .Embeddings(provider)
            .EmbedAsync(new(["red apple", "red apple", "far away"]) { Dimensions = 32 });

        answer.Vectors.Count.ShouldBe(3);
        answer.Vectors[0].Length.ShouldBe(32);
        answer.Vectors[0].Span.SequenceEqual(answer.Vectors[1].Span).ShouldBeTrue();
        answer.Vectors[0].Span.SequenceEqual(answer.Vectors[2].Span).ShouldBeFalse();
        answer
            .Usage.Reported!.Of(UnitKind.Input)
            .ShouldBe(Tokenizer.Count("red apple") * 2 + Tokenizer.Count("far away"));
    }

    private static int Width(MediaContent image) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(image.Data.Span[16..]);
}
