using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace NetRoom.Tests.Sandbox;

/// <summary>The wire of the twins of media where it is easy to get wrong, without any adapter.</summary>
public sealed class MediaTwinTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Bearer = "Bearer sandbox-test";

    [Theory]
    [InlineData("response_format")]
    [InlineData("style")]
    public async Task OpenAI_refuses_what_its_image_models_no_longer_know(string parameter)
    {
        using var response = await PostAsync(
            "/openai/v1/images/generations",
            $$"""{"model":"image-sandbox","prompt":"a","{{parameter}}":"x"}""",
            ("Authorization", Bearer)
        );

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.JsonAsync();
        error.At("error.code").GetString().ShouldBe("unknown_parameter");
        error.At("error.param").GetString().ShouldBe(parameter);
    }

    [Fact]
    public async Task A_made_up_picture_has_the_size_that_was_asked_for_and_can_be_unpacked()
    {
        using var response = await PostAsync(
            "/openai/v1/images/generations",
            """{"model":"image-sandbox","prompt":"a","size":"640x320"}""",
            ("Authorization", Bearer)
        );
        var png = (await response.JsonAsync()).At("data.0.b64_json").GetBytesFromBase64();

        var width = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        (width, height).ShouldBe((640, 320));
        var data = png.AsSpan().IndexOf("IDAT"u8) + 4;
        await using var rows = new ZLibStream(
            new MemoryStream(png[data..]),
            CompressionMode.Decompress
        );
        using var unpacked = new MemoryStream();
        await rows.CopyToAsync(unpacked);
        unpacked.Length.ShouldBe(320 * (1 + 640 / 8));
    }

    [Fact]
    public async Task Vectors_in_base64_are_the_same_little_endian_floats()
    {
        const string body =
            """{"model":"embed-sandbox","input":"red apple","dimensions":8FORMAT}""";
        using var plain = await PostAsync(
            "/openai/v1/embeddings",
            body.Replace("FORMAT", "", StringComparison.Ordinal),
            ("Authorization", Bearer)
        );
        using var packed = await PostAsync(
            "/openai/v1/embeddings",
            body.Replace("FORMAT", ",\"encoding_format\":\"base64\"", StringComparison.Ordinal),
            ("Authorization", Bearer)
        );

        var numbers = (await plain.JsonAsync())
            .At("data.0.embedding")
            .EnumerateArray()
            .Select(number => number.GetSingle());
        var bytes = (await packed.JsonAsync()).At("data.0.embedding").GetBytesFromBase64();
        Enumerable.Range(0, 8).Select(at => BitConverter.ToSingle(bytes, at * 4)).ShouldBe(numbers);
    }

    [Fact]
    public async Task Google_says_a_wrong_key_as_a_bad_request_and_a_wait_in_the_body()
    {
        using var keyless = await PostAsync(
            "/gemini/v1beta/models/image-sandbox:generateContent",
            "{}",
            ("x-goog-api-key", "real")
        );
        using var limited = await PostAsync(
            "/gemini/v1beta/models/image-fault-429:generateContent",
            "{}",
            ("x-goog-api-key", "sandbox-test")
        );

        keyless.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await keyless.JsonAsync();
        error.At("error.details.0.reason").GetString().ShouldBe("API_KEY_INVALID");
        ((int)limited.StatusCode).ShouldBe(429);
        limited.Headers.RetryAfter.ShouldBeNull();
        (await limited.JsonAsync()).At("error.details.0.retryDelay").GetString().ShouldBe("7.5s");
    }

    [Fact]
    public async Task A_film_of_xAI_is_202_until_it_is_there()
    {
        using var created = await PostAsync(
            "/xai/v1/videos/generations",
            """{"model":"video-sandbox","prompt":"a"}""",
            ("Authorization", Bearer)
        );
        var id = (await created.JsonAsync()).GetProperty("request_id").GetString();
        var statuses = new List<HttpStatusCode>();
        for (var asked = 0; asked < 3; asked++)
        {
            using var poll = await GetAsync($"/xai/v1/videos/{id}", ("Authorization", Bearer));
            statuses.Add(poll.StatusCode);
        }

        statuses.ShouldBe([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.OK]);
    }

    [Fact]
    public async Task Flux_says_under_200_that_a_task_is_not_found()
    {
        using var poll = await GetAsync("/bfl/v1/get_result?id=nothing", ("x-key", "sandbox-test"));

        poll.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await poll.JsonAsync()).GetProperty("status").GetString().ShouldBe("Task not found");
    }

    [Theory]
    [InlineData("image/*", "image/png")]
    [InlineData("application/json", "application/json")]
    public async Task Stability_takes_forms_only_and_answers_as_accepted(string accept, string type)
    {
        const string path = "/stability/v2beta/stable-image/generate/image-sandbox";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sandbox.Address, path));
        request.Content = new MultipartFormDataContent { { new StringContent("a"), "prompt" } };
        request.Headers.TryAddWithoutValidation("Authorization", Bearer);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await sandbox.Http.SendAsync(request);
        using var json = await PostAsync(path, "{}", ("Authorization", Bearer));

        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Headers.Contains("finish-reason").ShouldBe(type == "image/png");
        json.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reset_forgets_jobs_too()
    {
        using var created = await PostAsync(
            "/bfl/v1/image-sandbox",
            """{"prompt":"a"}""",
            ("x-key", "sandbox-test")
        );
        var poll = (await created.JsonAsync()).GetProperty("polling_url").GetString()!;
        using var reset = await PostAsync("/_sandbox/reset", "");

        using var after = await GetAsync(new Uri(poll).PathAndQuery, ("x-key", "sandbox-test"));

        (await after.JsonAsync()).GetProperty("status").GetString().ShouldBe("Task not found");
    }

    [Fact]
    public async Task Calls_are_counted_in_the_units_that_are_billed_and_hold_no_words()
    {
        using var response = await PostAsync(
            "/openai/v1/audio/speech",
            """{"model":"speech-sandbox","input":"Hush now","voice":"alloy"}""",
            ("Authorization", Bearer)
        );
        await response.Content.ReadAsByteArrayAsync();

        var call = await sandbox.LastCallAsync("speech-sandbox");
        call.At("units.characters").GetInt32().ShouldBe(8);
        call.GetProperty("outcome").GetString().ShouldBe("completed");
        call.GetRawText().ShouldNotContain("Hush");
    }

    private Task<HttpResponseMessage> PostAsync(
        string path,
        string json,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Post, path, json, headers);

    private Task<HttpResponseMessage> GetAsync(
        string path,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Get, path, null, headers);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? json,
        (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(sandbox.Address, path));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await sandbox.Http.SendAsync(request);
    }
}
