using System.Text.Json;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Pictures and documents that a request names by their addresses.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LinkedFileTests(LinkingApi api) : IClassFixture<LinkingApi>, IAsyncLifetime
{
    private const string Picture = "http://pictures.test/a.png";

    public Task InitializeAsync()
    {
        api.Fetched.Clear();
        return api.BeginAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private Task<ApiReply> ChatAsync(string model, params string[] addresses) =>
        api.Node.PostAsync(
            "/v1/chat/completions",
            api.Key,
            JsonSerializer.Serialize(
                new
                {
                    model,
                    messages = new[]
                    {
                        new
                        {
                            role = "user",
                            content = addresses
                                .Select(url =>
                                    (object)new { type = "image_url", image_url = new { url } }
                                )
                                .Prepend(new { type = "text", text = "What is this?" }),
                        },
                    },
                }
            )
        );

    private static string Text(ApiReply reply) =>
        reply
            .Json.GetProperty("choices")[0]
            .GetProperty("message")
            .GetProperty("content")
            .GetString()!;

    [Theory]
    [InlineData("sandbox-gemini-echo")]
    [InlineData("sandbox-claude-echo")]
    public async Task A_provider_of_another_protocol_gets_the_bytes(string model)
    {
        var reply = await ChatAsync(model, Picture, Picture);

        reply.Status.ShouldBe(200, reply.Body);
        Text(reply).ShouldContain($"image/png 3×2, {LinkingApi.Picture.Length} bytes");
        api.Fetched.Count.ShouldBe(1, "what is named twice is fetched once");
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Fact]
    public async Task Where_bytes_pass_the_provider_fetches_as_it_always_did()
    {
        Text(await ChatAsync("sandbox-echo", Picture)).ShouldContain("a linked file");
        api.Fetched.ShouldBeEmpty();
    }

    [Fact]
    public async Task Responses_and_messages_have_their_own_ways_to_name_an_address()
    {
        var response = await api.Node.PostAsync(
            "/v1/responses",
            api.Key,
            $$"""{"model":"sandbox-gemini-echo","input":[{"role":"user","content":[{"type":"input_text","text":"Look"},{"type":"input_image","image_url":"{{Picture}}"},{"type":"input_file","file_url":"http://pictures.test/a.pdf"}]}]}"""
        );
        response.Status.ShouldBe(200, response.Body);
        response.Body.ShouldContain($"{LinkingApi.Picture.Length} bytes");
        response.Body.ShouldContain($"application/pdf, {LinkingApi.Document.Length} bytes");

        var message = await api.Node.PostAsync(
            "/v1/messages",
            api.Key,
            $$$"""{"model":"sandbox-gemini-echo","max_tokens":4000,"messages":[{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image","source":{"type":"url","url":"{{{Picture}}}"}}]}]}"""
        );
        message.Status.ShouldBe(200, message.Body);
        message.Body.ShouldContain($"{LinkingApi.Picture.Length} bytes");
    }

    [Fact]
    public async Task Pictures_to_change_may_be_named_by_address()
    {
        var reply = await api.Node.PostAsync(
            "/v1/images/edits",
            api.Key,
            $$"""{"model":"sandbox-image","prompt":"Bluer","size":"1024x1024","quality":"low","images":[{"image_url":"{{Picture}}"}]}"""
        );
        reply.Status.ShouldBe(200, reply.Body);
        api.Fetched.Count.ShouldBe(1);

        var inwards = await api.Node.PostAsync(
            "/v1/images/edits",
            api.Key,
            """{"model":"sandbox-image","prompt":"Bluer","images":[{"image_url":"http://127.0.0.1/a.png"}]}"""
        );
        inwards.Status.ShouldBe(400, inwards.Body);
    }

    [Theory]
    [InlineData("http://127.0.0.1/a.png")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/a.png")]
    [InlineData("http://2130706433/a.png")]
    [InlineData("http://inside.test/a.png")]
    [InlineData("http://pictures.test/inwards")]
    [InlineData("http://pictures.test:8080/a.png")]
    public async Task Nobody_reaches_into_our_network_through_us(string address)
    {
        var reply = await ChatAsync("sandbox-gemini-echo", address);

        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("code").GetString().ShouldBe("invalid_file_url");
        reply.Error.GetProperty("message").GetString()!.ShouldContain("public internet");
        api.Asked.ShouldAllBe(asked => asked == "93.184.215.14");
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("http://pictures.test/page.png", "its bytes are something else")]
    [InlineData("http://pictures.test/page.html", "is not of a kind that is taken here")]
    [InlineData("http://pictures.test/large.png", "is too large")]
    [InlineData("http://pictures.test/missing.png", "could not be fetched")]
    public async Task What_is_no_picture_is_refused_in_plain_words(string address, string words)
    {
        var reply = await ChatAsync("sandbox-gemini-echo", Picture, address);

        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("File 2 of the request");
        reply.Error.GetProperty("message").GetString()!.ShouldContain(words);
        reply.Body.ShouldNotContain("pictures.test");
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task A_request_names_a_few_files_and_no_more()
    {
        var many = Enumerable.Range(0, 11).Select(at => $"http://pictures.test/{at}.png");
        var reply = await ChatAsync("sandbox-gemini-echo", [.. many]);

        reply.Status.ShouldBe(400, reply.Body);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("at most 10");
    }

    [Fact]
    public async Task Nothing_is_fetched_for_a_model_that_cannot_run()
    {
        (await ChatAsync("gemini-3.8-flash", Picture)).Status.ShouldBe(503);
        api.Fetched.ShouldBeEmpty();
    }

    [Fact]
    [BillingFailure(2)]
    public async Task Sound_that_the_model_has_no_price_for_reaches_no_provider()
    {
        var sound = Convert.ToBase64String([.. "RIFF1234WAVE"u8, .. new byte[100]]);
        foreach (var model in new[] { "sandbox-echo", "sandbox-gemini-echo" })
        {
            var reply = await api.Node.PostAsync(
                "/v1/chat/completions",
                api.Key,
                $$$"""{"model":"{{{model}}}","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"{{{sound}}}","format":"wav"}}]}]}"""
            );
            reply.Status.ShouldBe(503, reply.Body);
            reply.Error.GetProperty("message").GetString()!.ShouldContain("no price");
        }
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }
}
