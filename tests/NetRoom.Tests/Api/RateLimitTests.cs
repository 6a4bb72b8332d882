using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using NetRoom.Api.Callers;
using NetRoom.Api.Limits;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>How many requests a key and an account may send, a minute and at once.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RateLimitTests(Postgres postgres) : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource go = new();
    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(
            database,
            clock,
            null,
            MapProbes,
            ("Api:Limits:RequestsPerMinute", "6"),
            ("Api:Limits:AccountRequestsPerMinute", "8"),
            ("Api:Limits:ParallelRequests", "2"),
            ("Api:Limits:AccountParallelRequests", "3")
        );
    }

    public async Task DisposeAsync()
    {
        go.TrySetResult();
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    private void MapProbes(WebApplication app)
    {
        var probes = app.MapGroup("/v1/probe").ForKeys();
        probes.MapGet("/quick", () => "");
        probes.MapGet(
            "/slow",
            async () =>
            {
                arrived.Release();
                await go.Task;
                return "";
            }
        );
    }

    [Fact]
    public async Task A_key_may_send_so_many_a_minute_and_is_told_how_many_are_left()
    {
        var key = (await node.KeyAsync()).Secret;
        for (var left = 5; left >= 0; left--)
        {
            var reply = await node.GetAsync("/v1/probe/quick", key);
            reply.Status.ShouldBe(200);
            reply.Header("x-ratelimit-limit-requests").ShouldBe("6");
            reply.Header("x-ratelimit-remaining-requests").ShouldBe($"{left}");
            reply
                .Header("x-ratelimit-reset-requests")
                .ShouldBe(left == 0 ? "1m0s" : $"{(6 - left) * 10}s");
        }

        var refused = await node.GetAsync("/v1/probe/quick", key);
        refused.Status.ShouldBe(429);
        refused.Error.GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
        refused.Header("Retry-After").ShouldBe("10");
        refused.Header("retry-after-ms").ShouldBe("10000");
        refused.Header("x-ratelimit-remaining-requests").ShouldBe("0");

        clock.Pass(TimeSpan.FromSeconds(9.9));
        (await node.GetAsync("/v1/probe/quick", key)).Status.ShouldBe(429);
        clock.Pass(TimeSpan.FromSeconds(0.1));
        (await node.GetAsync("/v1/probe/quick", key)).Status.ShouldBe(200, "one may be sent again");
        (await node.GetAsync("/v1/probe/quick", key)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task The_account_has_a_limit_over_all_its_keys_and_another_account_its_own()
    {
        var account = Ids.New();
        var one = (await node.KeyAsync(account)).Secret;
        var two = (await node.KeyAsync(account)).Secret;
        for (var sent = 0; sent < 8; sent++)
            (await node.GetAsync("/v1/probe/quick", sent % 2 == 0 ? one : two)).Status.ShouldBe(
                200
            );
        var refused = await node.GetAsync("/v1/probe/quick", one);
        refused.Status.ShouldBe(429);
        refused.Error.GetProperty("message").GetString()!.ShouldContain("This account may send 8");
        refused.Header("x-ratelimit-limit-requests").ShouldBe("8");
        (await node.GetAsync("/v1/probe/quick", (await node.KeyAsync()).Secret)).Status.ShouldBe(
            200
        );

        // What the account's limit refused did not count for the key.
        clock.Pass(TimeSpan.FromSeconds(60 / 8.0));
        (await node.GetAsync("/v1/probe/quick", one)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Anthropics_clients_are_told_in_anthropics_headers()
    {
        var key = (await node.KeyAsync()).Secret;
        var reply = await node.GetAsync(
            "/v1/probe/quick",
            key,
            ("anthropic-version", "2023-06-01")
        );
        reply.Header("anthropic-ratelimit-requests-limit").ShouldBe("6");
        reply.Header("anthropic-ratelimit-requests-remaining").ShouldBe("5");
        reply.Header("anthropic-ratelimit-requests-reset").ShouldBe("2026-11-20T12:00:10Z");
        reply.Header("x-ratelimit-limit-requests").ShouldBeNull();
    }

    [Fact]
    public async Task Only_so_many_run_at_once_and_whoever_ends_makes_room()
    {
        var account = Ids.New();
        var one = (await node.KeyAsync(account)).Secret;
        var two = (await node.KeyAsync(account)).Secret;
        var running = new List<Task<ApiReply>>();
        foreach (var key in new[] { one, one, two })
        {
            running.Add(node.GetAsync("/v1/probe/slow", key));
            await arrived.WaitAsync();
        }

        var byKey = await node.GetAsync("/v1/probe/quick", one);
        byKey.Status.ShouldBe(429);
        byKey.Error.GetProperty("message").GetString()!.ShouldContain("2 requests of this key");
        byKey.Header("Retry-After").ShouldBe("1");
        var byAccount = await node.GetAsync("/v1/probe/quick", two);
        byAccount
            .Error.GetProperty("message")
            .GetString()!
            .ShouldContain("3 requests of this account");

        go.SetResult();
        foreach (var reply in await Task.WhenAll(running))
            reply.Status.ShouldBe(200);
        (await node.GetAsync("/v1/probe/quick", one)).Status.ShouldBe(200);
        (await node.GetAsync("/v1/probe/quick", two)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_limit_that_makes_no_sense_stops_the_start()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() =>
            ApiNode.StartAsync(database, clock, settings: ("Api:Limits:RequestsPerMinute", "0"))
        );
        failure.Message.ShouldContain("RequestsPerMinute");
    }

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(0.0201, "21ms")]
    [InlineData(1.5, "1.5s")]
    [InlineData(59.999, "59.999s")]
    [InlineData(60, "1m0s")]
    [InlineData(90, "1m30s")]
    public void A_wait_is_written_as_openai_does(double seconds, string written) =>
        RateGate
            .Duration(TimeSpan.FromSeconds(seconds))
            .ShouldBe(written, seconds.ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void Threads_at_once_take_no_more_than_there_is()
    {
        var meter = new RequestMeter(1_000, 1);
        var taken = 0;
        Parallel.For(
            0,
            5_000,
            _ =>
            {
                if (meter.Take(clock.GetUtcNow()) is null)
                    Interlocked.Increment(ref taken);
            }
        );
        taken.ShouldBe(1_000);
    }
}
