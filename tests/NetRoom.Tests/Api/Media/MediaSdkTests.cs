using System.ClientModel;
using NetRoom.Kernel;
using NetRoom.Tests.Api.Text;
using NetRoom.Tests.Support;
using OpenAI;
using OpenAI.Audio;

namespace NetRoom.Tests.Api.Media;

/// <summary>OpenAI's own package for .NET makes pictures, sound, transcripts and vectors; nothing of it is changed but the address and the key.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MediaSdkTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    private OpenAIClient Client() =>
        new(
            new ApiKeyCredential(api.Key),
            new OpenAIClientOptions { Endpoint = new Uri(api.Address, "/v1") }
        );

    [Theory]
    [InlineData("sandbox-image")]
    [InlineData("sandbox-flux")]
    public async Task It_makes_pictures_at_the_price_that_was_told(string model)
    {
        var made = await Client().GetImageClient(model).GenerateImageAsync("A heron on one leg");

        made.Value.ImageBytes.ToArray().AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        var paid = await api.PaidAsync();
        paid.ShouldBeGreaterThan(Money.Zero);
        made.GetRawResponse().Headers.TryGetValue("x-cost-rub", out var told).ShouldBeTrue();
        told.ShouldBe(paid.ToInvariantNumber());
    }

    [Theory]
    [InlineData(""","size":"512x512","quality":"high" """)]
    [InlineData(""","size":"1024x1024","quality":"hd" """)]
    public async Task A_size_that_is_not_sold_is_refused_with_those_that_are(string more)
    {
        var reply = await api.Node.PostAsync(
            "/v1/images/generations",
            api.Key,
            $$"""{"model":"sandbox-image","prompt":"A heron"{{more}}}"""
        );

        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("code").GetString().ShouldBe("size_not_sold");
        reply
            .Error.GetProperty("message")
            .GetString()!
            .ShouldContain("1024x1024/high, 1024x1024/low");
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task Each_picture_costs_what_its_size_and_quality_cost()
    {
        async Task<Money> PaidFor(string more)
        {
            await api.BeginAsync();
            var reply = await api.Node.PostAsync(
                "/v1/images/generations",
                api.Key,
                $$"""{"model":"sandbox-image","prompt":"A heron"{{more}}}"""
            );
            reply.Status.ShouldBe(200, reply.Body);
            return await api.PaidAsync();
        }

        var one = await PaidFor(""","size":"1024x1024","quality":"high" """);
        var three = await PaidFor(""","size":"1024x1024","quality":"high","n":3""");
        var low = await PaidFor(""","size":"1024x1024","quality":"low" """);

        three.ShouldBe(new Money(one.Micro * 3));
        low.ShouldBeLessThan(one);
    }

    [Fact]
    public async Task It_edits_pictures()
    {
        var first = await Client().GetImageClient("sandbox-image").GenerateImageAsync("A heron");
        using var input = first.Value.ImageBytes.ToStream();

        var edited = await Client()
            .GetImageClient("sandbox-image")
            .GenerateImageEditAsync(input, "heron.png", "Give it a hat");

        edited.Value.ImageBytes.ToArray().AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Fact]
    public async Task A_stream_shows_pictures_on_the_way_and_ends_with_the_price()
    {
        var reply = await api.Node.PostAsync(
            "/v1/images/generations",
            api.Key,
            """{"model":"sandbox-image","prompt":"A heron","stream":true,"partial_images":2}"""
        );

        var events = Events.Json(reply.Body);
        events
            .Select(item => item.GetProperty("type").GetString())
            .ShouldBe([
                "image_generation.partial_image",
                "image_generation.partial_image",
                "image_generation.completed",
            ]);
        events[2]
            .GetProperty("usage")
            .GetProperty("cost_rub")
            .GetString()
            .ShouldBe((await api.PaidAsync()).ToInvariantNumber());
    }

    [Fact]
    public async Task It_reads_aloud()
    {
        var sound = await Client()
            .GetAudioClient("sandbox-speech")
            .GenerateSpeechAsync("Good evening, Norway.", GeneratedSpeechVoice.Alloy);

        sound.Value.ToArray().Length.ShouldBeGreaterThan(100);
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("verbose_json")]
    public async Task It_writes_down_what_was_said(string format)
    {
        using var recording = new MemoryStream(new byte[64_000]);

        var heard = await Client()
            .GetAudioClient("sandbox-transcribe")
            .TranscribeAudioAsync(
                recording,
                "words.mp3",
                new AudioTranscriptionOptions
                {
                    ResponseFormat = new AudioTranscriptionFormat(format),
                }
            );

        heard.Value.Text.ShouldNotBeNullOrWhiteSpace();
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [InlineData("text", "")]
    [InlineData("srt", "1\n00:00:00,000 --> ")]
    [InlineData("vtt", "WEBVTT\n\n00:00:00.000 --> ")]
    public async Task Transcripts_come_as_text_and_as_subtitles(string format, string beginning)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("sandbox-transcribe"), "model" },
            { new StringContent(format), "response_format" },
            { new ByteArrayContent(new byte[40_000]), "file", "words.mp3" },
        };
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(api.Address, "/v1/audio/transcriptions")
        )
        {
            Content = form,
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + api.Key);
        using var response = await api.Node.Http.SendAsync(request);
        var reply = await ApiReply.OfAsync(response);

        reply.Status.ShouldBe(200, reply.Body);
        reply.Body.ShouldStartWith(beginning);
        await api.PaidAsync();
    }

    [Fact]
    public async Task It_makes_vectors()
    {
        var made = await Client()
            .GetEmbeddingClient("sandbox-embed")
            .GenerateEmbeddingsAsync(["a heron", "a heron on one leg", "tax law"]);

        var vectors = made.Value.Select(vector => vector.ToFloats().ToArray()).ToArray();
        vectors.Length.ShouldBe(3);
        Nearness(vectors[0], vectors[1]).ShouldBeGreaterThan(Nearness(vectors[0], vectors[2]));
        made.Value.Usage.InputTokenCount.ShouldBeGreaterThan(0);
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"model":"sandbox-image"}""", "prompt")]
    [InlineData("/v1/images/generations", """{"model":"sandbox-echo","prompt":"x"}""", "model")]
    [InlineData("/v1/images/generations", """{"model":"sandbox-image","prompt":"x","n":11}""", "n")]
    [InlineData(
        "/v1/images/generations",
        """{"model":"sandbox-image","prompt":"x","response_format":"url"}""",
        "response_format"
    )]
    [InlineData("/v1/images/edits", """{"model":"sandbox-image","prompt":"x"}""", "image")]
    [InlineData("/v1/audio/speech", """{"model":"sandbox-speech","input":"x"}""", "voice")]
    [InlineData(
        "/v1/audio/speech",
        """{"model":"sandbox-speech","input":"x","voice":"alloy","speed":9}""",
        "speed"
    )]
    [InlineData("/v1/embeddings", """{"model":"sandbox-embed","input":[[1,2]]}""", "input")]
    [InlineData("/v1/embeddings", """{"model":"sandbox-embed","input":[]}""", "input")]
    [InlineData("/v1/audio/transcriptions", """{"model":"sandbox-transcribe"}""", null)]
    public async Task A_wrong_request_says_what_is_wrong_and_costs_nothing(
        string path,
        string body,
        string? param
    )
    {
        var reply = await api.Node.PostAsync(path, api.Key, body);

        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("param").GetString().ShouldBe(param);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    private static double Nearness(float[] one, float[] other) =>
        one.Zip(other, (a, b) => (double)a * b).Sum();
}
