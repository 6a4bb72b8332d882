using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Api.Idempotency;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>A paid request that names itself by an Idempotency-Key runs once.</summary>
[Collection(PostgresCollection.Name)]
public sealed class IdempotencyTests(Postgres postgres) : IAsyncLifetime
{
    private const string Path = "/v1/probe/run";
    private readonly TestClock clock = new();
    private readonly ConcurrentQueue<Guid> runs = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TaskCompletionSource go = new();
    private TestDatabase database = null!;
    private ApiNode node = null!;
    private ApiNode other = null!;
    private string key = "";

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await StartAsync();
        other = await StartAsync();
        key = (await node.KeyAsync()).Secret;

        Task<ApiNode> StartAsync() =>
            ApiNode.StartAsync(
                database,
                clock,
                null,
                MapProbes,
                ("Api:Idempotency:LargestAnswerBytes", "100")
            );
    }

    public async Task DisposeAsync()
    {
        go.TrySetResult();
        await other.DisposeAsync();
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Stands for a paid endpoint: the first word of the body says what it does.</summary>
    private void MapProbes(WebApplication app) =>
        app.MapPost(
                Path,
                async (HttpContext context) =>
                {
                    using var reader = new StreamReader(context.Request.Body);
                    var body = await reader.ReadToEndAsync();
                    if (body.StartsWith("refuse", StringComparison.Ordinal))
                    {
                        runs.Enqueue(default);
                        await ApiErrors.WriteAsync(context, ApiError.PaymentNeeded("Too poor."));
                        return;
                    }

                    var run = context.NewRunId();
                    runs.Enqueue(run);
                    context.Response.Headers[ApiHeaders.Generation] = run.ToString();
                    context.Response.Headers[ApiHeaders.Cost] = "0.25";
                    if (body.StartsWith("wait", StringComparison.Ordinal))
                    {
                        arrived.Release();
                        await go.Task;
                    }

                    if (body.StartsWith("break", StringComparison.Ordinal))
                        throw new InvalidOperationException();
                    context.Response.ContentType = body.StartsWith(
                        "stream",
                        StringComparison.Ordinal
                    )
                        ? "text/event-stream"
                        : "application/json";
                    await context.Response.BodyWriter.WriteAsync(
                        Encoding.UTF8.GetBytes($"\"{runs.Count}\"")
                    );
                    if (body.StartsWith("long", StringComparison.Ordinal))
                        await context.Response.WriteAsync(new string('x', 100));
                }
            )
            .ForKeys()
            .OncePerIdempotencyKey();

    private Task<ApiReply> RunAsync(
        string body,
        string name,
        ApiNode? at = null,
        string? by = null
    ) => (at ?? node).PostAsync(Path, by ?? key, body, ("Idempotency-Key", name));

    private static void ShouldBe(ApiReply reply, int status, string code) =>
        (reply.Status, reply.Error.GetProperty("code").GetString()).ShouldBe((status, code));

    [Fact]
    public async Task A_retry_gets_the_answer_of_the_first_on_any_node()
    {
        var first = await RunAsync("hello", "a");
        first.Header(ApiHeaders.Replayed).ShouldBeNull();
        foreach (var at in new[] { node, other })
        {
            var again = await RunAsync("hello", "a", at);
            (again.Status, again.Body).ShouldBe((200, first.Body));
            again.Header("Content-Type").ShouldBe(first.Header("Content-Type"));
            again.Header(ApiHeaders.Generation).ShouldBe(first.Header(ApiHeaders.Generation));
            again.Header(ApiHeaders.Cost).ShouldBe("0.25");
            again.Header(ApiHeaders.Replayed).ShouldBe("true");
            again.Header("x-request-id").ShouldNotBe(first.Header("x-request-id"));
        }

        runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_at_the_same_instant_on_two_nodes_one_runs()
    {
        var crowd = Enumerable
            .Range(0, 12)
            .Select(at => RunAsync("wait", "b", at % 2 == 0 ? node : other))
            .ToList();
        await arrived.WaitAsync();
        while (crowd.Count > 1)
        {
            var refused = await Task.WhenAny(crowd);
            crowd.Remove(refused);
            ShouldBe(await refused, 409, "idempotency_key_in_use");
            (await refused).Header("Retry-After").ShouldBe("1");
        }

        go.SetResult();
        (await crowd[0]).Status.ShouldBe(200);
        (await RunAsync("wait", "b", other)).Header(ApiHeaders.Replayed).ShouldBe("true");
        runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_request_under_the_same_name_is_refused()
    {
        await RunAsync("hello", "c");
        ShouldBe(await RunAsync("hello!", "c"), 422, "idempotency_key_reused");
        // The names of one key are its own.
        var stranger = (await node.KeyAsync()).Secret;
        (await RunAsync("hello!", "c", by: stranger)).Status.ShouldBe(200);
        runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task After_an_error_the_same_request_may_run()
    {
        ShouldBe(await RunAsync("refuse", "d"), 402, "balance_short");
        ShouldBe(await RunAsync("refuse", "d"), 402, "balance_short");
        runs.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("long")]
    [InlineData("break")]
    public async Task What_is_not_kept_is_not_run_again_either(string kind)
    {
        var first = await RunAsync(kind, "e");
        var again = await RunAsync(kind, "e");
        ShouldBe(again, 409, "idempotency_answer_not_kept");
        runs.TryPeek(out var run).ShouldBeTrue();
        again.Body.ShouldContain($"/v1/generations/{run}");
        runs.Count.ShouldBe(1);
        if (kind != "break")
            first.Status.ShouldBe(200);
        (await KeptAsync()).ShouldBe("");
    }

    [Fact]
    public async Task The_answer_is_kept_sealed_and_for_a_day()
    {
        var first = await RunAsync("a hidden thought", "f");
        var row = await KeptAsync();
        row.ShouldNotBeEmpty();
        row.ShouldNotContain(
            Convert.ToHexString(Encoding.UTF8.GetBytes(first.Body)).ToLowerInvariant()
        );
        clock.Pass(TimeSpan.FromHours(23));
        await SweepAsync();
        (await RunAsync("a hidden thought", "f")).Header(ApiHeaders.Replayed).ShouldBe("true");
        clock.Pass(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        (await RunAsync("anything else", "f"))
            .Header(ApiHeaders.Replayed)
            .ShouldBeNull("the name is free again");
        clock.Pass(TimeSpan.FromHours(25));
        await SweepAsync();
        (await database.ScalarAsync<long>("SELECT count(*) FROM api.idempotency")).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_dead_node_left_may_run_again_unless_it_was_charged()
    {
        await RunAsync("hello", "g");
        await LoseAsync();
        ShouldBe(await RunAsync("hello", "g"), 409, "idempotency_key_in_use");
        clock.Pass(Claims.Lost + TimeSpan.FromSeconds(1));
        (await RunAsync("hello", "g")).Status.ShouldBe(200);
        runs.Count.ShouldBe(2);

        // The second run had been charged when its node died.
        var run = runs.Last();
        var purse = await node.PurseAsync();
        var hold = await purse.HoldAsync(Money.Roubles(1));
        await purse.SqlAsync(
            $"""
            INSERT INTO generation.run (id, account_id, origin, subject_id, model_id, hold_id, node, lease_until, state, started_at, ended_at, charged_micro)
            VALUES ('{run}', '{purse.Account}', 'api', '{run}', 'm', '{hold}', '{run}', now(), 1, now(), now(), 5)
            """
        );
        await LoseAsync();
        clock.Pass(Claims.Lost + TimeSpan.FromSeconds(1));
        ShouldBe(await RunAsync("hello", "g"), 409, "idempotency_answer_not_kept");
        runs.Count.ShouldBe(2);

        Task LoseAsync() =>
            database.ScalarAsync<Guid>(
                "UPDATE api.idempotency SET ended_at = NULL, answer = NULL RETURNING run_id"
            );
    }

    [Fact]
    public async Task A_form_is_the_same_whatever_its_boundary()
    {
        (await UploadAsync("one")).Status.ShouldBe(200);
        (await UploadAsync("one")).Header(ApiHeaders.Replayed).ShouldBe("true");
        ShouldBe(await UploadAsync("two"), 422, "idempotency_key_reused");

        async Task<ApiReply> UploadAsync(string content)
        {
            using var form = new MultipartFormDataContent($"b{Ids.New():n}")
            {
                { new StringContent(content), "file", "a.txt" },
                { new StringContent("m"), "model" },
            };
            var body = await form.ReadAsByteArrayAsync();
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri(node.Address, Path)
            );
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = form.Headers.ContentType;
            request.Headers.Add("x-api-key", key);
            request.Headers.Add("Idempotency-Key", "h");
            using var response = await node.Http.SendAsync(request);
            return await ApiReply.OfAsync(response);
        }
    }

    [Fact]
    public async Task Without_a_name_each_request_runs_and_a_name_must_make_sense()
    {
        await node.PostAsync(Path, key, "hello");
        await node.PostAsync(Path, key, "hello");
        runs.Count.ShouldBe(2);
        ShouldBe(await RunAsync("hello", new string('x', 256)), 400, "idempotency_key_invalid");
        runs.Count.ShouldBe(2);
    }

    private Task<string> KeptAsync() =>
        database.ScalarAsync<string>(
            "SELECT coalesce(string_agg(encode(answer, 'hex'), ','), '') FROM api.idempotency"
        );

    private Task<int> SweepAsync() =>
        node.App.Services.GetRequiredService<Claims>().SweepAsync(default);
}
