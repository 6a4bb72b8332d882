using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>Errors of status and connection, retries, clocks, cancellation.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private ProviderBench bench = null!;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    [Theory]
    [InlineData(
        400,
        """{"error":{"message":"bad","type":"invalid_request_error","param":"t","code":null}}""",
        ProviderErrorKind.BadRequest
    )]
    [InlineData(400, """{"error":{"code":"context_length_exceeded"}}""", ProviderErrorKind.TooLong)]
    [InlineData(
        400,
        """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}}""",
        ProviderErrorKind.TooLong
    )]
    [InlineData(
        400,
        """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}""",
        ProviderErrorKind.Quota
    )]
    [InlineData(
        400,
        """{"code":"invalid-argument","error":"Incorrect API key provided"}""",
        ProviderErrorKind.Key
    )]
    [InlineData(
        400,
        """{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""",
        ProviderErrorKind.Key
    )]
    [InlineData(401, """{"detail":"Invalid API Key"}""", ProviderErrorKind.Key)]
    [InlineData(402, "", ProviderErrorKind.Quota)]
    [InlineData(
        403,
        """{"error":{"code":403,"metadata":{"error_type":"content_policy_violation"}}}""",
        ProviderErrorKind.Refused
    )]
    [InlineData(404, "<html>nginx</html>", ProviderErrorKind.NotFound)]
    [InlineData(302, "", ProviderErrorKind.NotFound)]
    [InlineData(413, """{"message":"big","object":"error"}""", ProviderErrorKind.TooLong)]
    [InlineData(
        422,
        """{"detail":[{"loc":["body"],"msg":"field required","type":"missing","input":"x"}]}""",
        ProviderErrorKind.BadRequest
    )]
    [InlineData(
        429,
        """{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}""",
        ProviderErrorKind.Quota
    )]
    [InlineData(429, "[1,\"\\ud83d\"]", ProviderErrorKind.RateLimited)]
    [InlineData(
        429,
        """[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]""",
        ProviderErrorKind.RateLimited
    )]
    [InlineData(500, "", ProviderErrorKind.Overloaded)]
    [InlineData(502, "<html>Bad gateway</html>", ProviderErrorKind.Overloaded)]
    [InlineData(
        503,
        """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""",
        ProviderErrorKind.Overloaded
    )]
    [InlineData(
        529,
        """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""",
        ProviderErrorKind.Overloaded
    )]
    public async Task Errors_are_sorted_whatever_their_shape(
        int status,
        string body,
        ProviderErrorKind kind
    )
    {
        foreach (var provider in new[] { "openai", "anthropic" })
        {
            bench.Server.NextStatus(status, body, "application/octet-stream");
            var heard = await bench.AskAsync(provider);
            heard.Kind.ShouldBe(kind);
            ((ProviderException)heard.Error!).HttpStatus.ShouldBe(status);
        }
    }

    [Theory]
    [InlineData("retry-after", "7", 7d)]
    [InlineData("retry-after", "900", 60d)]
    [InlineData("retry-after", "Fri, 20 Nov 2026 12:00:09 GMT", 9d)]
    [InlineData("retry-after-ms", "6500", 6.5)]
    [InlineData("x-nothing", "1", null)]
    public async Task The_wait_is_read_in_each_of_its_forms(
        string header,
        string value,
        double? seconds
    )
    {
        await using var timed = await ProviderBench.StartAsync(clock);
        timed.Server.NextStatus(429, "{}", headers: (header, value));

        var heard = await timed.AskAsync("anthropic");

        ((ProviderException)heard.Error!).RetryAfter?.TotalSeconds.ShouldBe(seconds!.Value);
        timed.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_wait_is_read_from_the_body()
    {
        bench.Server.NextStatus(
            429,
            """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12.5s"}]}}"""
        );

        var heard = await bench.AskAsync();

        ((ProviderException)heard.Error!).RetryAfter.ShouldBe(TimeSpan.FromSeconds(12.5));
    }

    [Fact]
    public async Task Neither_key_nor_prompt_is_in_the_error()
    {
        bench.Server.NextStatus(
            400,
            $$$"""{"error":{"message":"Key {{{ProviderBench.Key}}} said '{{{Heard.Prompt}}}' wrongly"}}"""
        );

        var error = (ProviderException)(await bench.AskAsync()).Error!;

        var all = error.ToString() + error.Detail;
        all.ShouldContain("wrongly");
        all.ShouldNotContain(ProviderBench.Key);
        all.ShouldNotContain("fjords");
    }

    [Fact]
    public void A_quoted_piece_of_a_long_prompt_is_covered_and_the_rest_is_kept()
    {
        var prompt = string.Join(' ', Enumerable.Range(0, 50_000));
        var redaction = new NetRoom.Providers.Errors.Redaction(
            null,
            [new ChatMessage(ChatRole.User, prompt)],
            null
        );

        redaction
            .Apply("Cannot read 31234 31235 31236 31237 here")
            .ShouldBe("Cannot read" + new string('*', 25) + "here");
    }

    [Fact]
    public async Task The_detail_is_cut_at_two_kilobytes()
    {
        bench.Server.NextStatus(400, new string('x', 100_000), "text/plain");

        var error = (ProviderException)(await bench.AskAsync()).Error!;

        error.Detail!.Length.ShouldBe(2048);
        error.Message.Length.ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData(429, 3)]
    [InlineData(503, 3)]
    [InlineData(529, 3)]
    [InlineData(400, 1)]
    [InlineData(401, 1)]
    [InlineData(402, 1)]
    public async Task Only_passing_trouble_is_tried_again_and_twice_at_most(
        int status,
        int requests
    )
    {
        bench.Server.NextStatus(status, "");

        (await bench.AskAsync()).Error.ShouldBeOfType<ProviderException>();

        bench.Server.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task The_answer_after_a_retry_is_heard()
    {
        bench.Server.NextStatus(503, "").NextStream(Recorded.Saying("openai", "Hi"));

        (await bench.AskAsync()).Text.ShouldBe("Hi");
    }

    [Theory]
    [InlineData("x-should-retry", "false")]
    [InlineData("retry-after", "6")]
    public async Task The_provider_can_forbid_the_retry(string header, string value)
    {
        bench.Server.NextStatus(503, "", headers: (header, value));

        await bench.AskAsync();

        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_unreachable()
    {
        await bench.Server.DisposeAsync();

        (await bench.AskAsync()).Kind.ShouldBe(ProviderErrorKind.Unreachable);
    }

    [Fact]
    public async Task Silence_is_a_timeout_but_comments_are_not_silence()
    {
        await using var timed = await ProviderBench.StartAsync(clock);
        var step = new SemaphoreSlim(0);
        timed.Server.Next(async context =>
        {
            for (var at = 0; at < 3; at++)
            {
                await context.Response.WriteAsync(": keep-alive\n\n");
                await context.Response.Body.FlushAsync();
                await step.WaitAsync();
            }
            await timed.Server.ClientGone.Task;
        });
        var asking = timed.AskAsync();

        for (var at = 0; at < 3; at++)
        {
            await Task.Delay(100);
            clock.Advance(TimeSpan.FromSeconds(80));
            await Task.Delay(50);
            asking.IsCompleted.ShouldBeFalse();
            step.Release();
        }
        clock.Advance(TimeSpan.FromSeconds(80));

        (await asking).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_a_timeout()
    {
        await using var endless = await ProviderBench.StartAsync(
            settings: ("Providers:OpenAI:TotalTimeout", "00:00:00.300")
        );
        endless.Server.Next(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(": on and on\n\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        });

        (await endless.AskAsync()).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Cancelling_aborts_the_request_at_once(string provider)
    {
        var stream = Recorded.Of(provider);
        bench.Server.NextSilence(stream[..stream.IndexOf("ude00", StringComparison.Ordinal)]);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var heard = await bench.AskAsync(provider, cancellation: cancellation.Token);

        heard
            .Error.ShouldBeAssignableTo<OperationCanceledException>()!
            .CancellationToken.IsCancellationRequested.ShouldBeTrue();
        await bench.Server.ClientGone.Task.WaitAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_reader_that_walks_away_ends_the_request()
    {
        bench.Server.NextSilence(Recorded.Saying("openai", "Hi")[..60] + "\"}}]}\n\n");

        await foreach (
            var _ in bench.Client().GetStreamingResponseAsync([new(ChatRole.User, "Hi")])
        )
            break;

        await bench.Server.ClientGone.Task.WaitAsync(TimeSpan.FromSeconds(2));
    }
}
