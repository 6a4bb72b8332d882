using System.Text.Json;
using NetRoom.Api.Callers;
using NetRoom.Api.Keys;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>What a program can ask for free: models and prices, the balance, what was used and what it cost.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AccountEndpointTests(Postgres postgres) : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(database, clock, new Uri("http://127.0.0.1:9"));
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<(Purse Purse, CreatedApiKey Key)> CallerAsync(long roubles = 100)
    {
        var purse = await node.PurseAsync(roubles);
        return (purse, await node.KeyAsync(purse.Account));
    }

    /// <summary>A run of a key as the settlement leaves it.</summary>
    private async Task<Guid> RunAsync(
        Purse purse,
        Guid key,
        string startedAt,
        string model = "sandbox-echo",
        RunState state = RunState.Completed,
        long kopecks = 25,
        string origin = "api"
    )
    {
        var hold = await purse.HoldAsync(Money.Roubles(1));
        if (state == RunState.Completed)
            await purse.CaptureAsync(hold, Money.Kopecks(kopecks));
        var id = Ids.New();
        var (ended, charged, usage) = state switch
        {
            RunState.Running => ("NULL", "NULL", "NULL"),
            RunState.Completed => (
                $"'{startedAt}'",
                $"{Money.Kopecks(kopecks).Micro}",
                $"'{JsonSerializer.Serialize(new Usage([new UnitCount(UnitKind.Input, 10), new UnitCount(UnitKind.CachedInput, 3), new UnitCount(UnitKind.Output, 20)]))}'"
            ),
            _ => ($"'{startedAt}'", "0", "NULL"),
        };
        await purse.SqlAsync(
            $"""
            INSERT INTO generation.run (id, account_id, origin, subject_id, model_id, hold_id, node, lease_until, state, started_at, ended_at, charged_micro, usage, failure)
            VALUES ('{id}', '{purse.Account}', '{origin}', '{key}', '{model}', '{hold}', '{Ids.New()}', now(), {(int)state}, '{startedAt}', {ended}, {charged}, {usage},
                    {(state == RunState.Failed ? "'generation.failed.overloaded'" : "NULL")})
            """
        );
        return id;
    }

    [Fact]
    public async Task Models_are_listed_as_openai_does_with_our_prices_beside()
    {
        var (_, key) = await CallerAsync();
        var reply = await node.GetAsync("/v1/models", key.Secret);
        reply.Status.ShouldBe(200, reply.Body);
        reply.Json.GetProperty("object").GetString().ShouldBe("list");
        var echo = reply
            .Json.GetProperty("data")
            .EnumerateArray()
            .Single(it => Text(it, "id") == "sandbox-echo");
        Text(echo, "object").ShouldBe("model");
        Text(echo, "owned_by").ShouldStartWith("sandbox");
        echo.GetProperty("created").ValueKind.ShouldBe(JsonValueKind.Number);
        echo.TryGetProperty("type", out _).ShouldBeFalse("that is Anthropic's");
        var pricing = echo.GetProperty("pricing");
        Text(pricing, "currency").ShouldBe("RUB");
        var input = decimal.Parse(
            Text(pricing, "input"),
            System.Globalization.CultureInfo.InvariantCulture
        );
        input.ShouldBeGreaterThan(0);
        var rate = pricing
            .GetProperty("rates")
            .EnumerateArray()
            .First(it => Text(it, "unit") == "input");
        (Text(rate, "price"), rate.GetProperty("per").GetInt64()).ShouldBe(
            (Text(pricing, "input"), 1_000_000)
        );

        var one = await node.GetAsync("/v1/models/sandbox-echo", key.Secret);
        one.Json.GetProperty("pricing").GetRawText().ShouldBe(pricing.GetRawText());
        var unknown = await node.GetAsync("/v1/models/gpt-0", key.Secret);
        (unknown.Status, Text(unknown.Error, "code")).ShouldBe((404, "model_not_found"));
    }

    [Fact]
    public async Task Anthropics_clients_turn_the_pages_of_the_list()
    {
        var (_, key) = await CallerAsync();
        var all = (await node.GetAsync("/v1/models", key.Secret))
            .Json.GetProperty("data")
            .EnumerateArray()
            .Select(it => Text(it, "id"))
            .ToArray();
        var seen = new List<string>();
        for (string query = "?limit=3", more = "True"; more == "True"; )
        {
            var page = (await AskAsync(query)).Json;
            Text(page.GetProperty("data")[0], "type").ShouldBe("model");
            Text(page.GetProperty("data")[0], "display_name").ShouldNotBeEmpty();
            page.GetProperty("data")[0].GetProperty("created_at").GetDateTimeOffset();
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(it => Text(it, "id")));
            Text(page, "last_id").ShouldBe(seen[^1]);
            more = page.GetProperty("has_more").GetBoolean().ToString();
            query = $"?limit=3&after_id={seen[^1]}";
        }

        seen.ShouldBe(all);
        var before = (await AskAsync($"?limit=2&before_id={all[3]}")).Json;
        before
            .GetProperty("data")
            .EnumerateArray()
            .Select(it => Text(it, "id"))
            .ShouldBe(all[1..3]);
        before.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        var wrong = await AskAsync("?limit=0");
        (wrong.Status, Text(wrong.Error, "type")).ShouldBe((400, "invalid_request_error"));

        Task<ApiReply> AskAsync(string query) =>
            node.GetAsync("/v1/models" + query, key.Secret, ("anthropic-version", "2026-10-21"));
    }

    [Fact]
    public async Task A_key_sees_only_the_models_it_may_use()
    {
        var key = await node.KeyAsync(
            scopes: ApiScopes.Text,
            change: it => it with { Models = ["sandbox-echo"] }
        );
        var list = await node.GetAsync("/v1/models", key.Secret);
        list.Json.GetProperty("data")
            .EnumerateArray()
            .Select(it => Text(it, "id"))
            .ShouldBe(["sandbox-echo"]);
        (await node.GetAsync("/v1/models/sandbox-writer", key.Secret)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_balance_is_told_in_roubles_as_decimals()
    {
        var (purse, key) = await CallerAsync(roubles: 12);
        await purse.GrantAsync(
            NetRoom.Billing.LotClass.Bonus,
            Money.Kopecks(150),
            NetRoom.Tests.Billing.Purse.InAnHour
        );
        await purse.HoldAsync(Money.Roubles(3));
        var balance = (await node.GetAsync("/v1/balance", key.Secret)).Json;
        (Text(balance, "object"), Text(balance, "currency")).ShouldBe(("balance", "RUB"));
        Text(balance, "available").ShouldBe("10.50");
        Text(balance, "held").ShouldBe("3.00");
        Text(balance, "debt").ShouldBe("0.00");
    }

    [Fact]
    public async Task What_a_call_cost_is_told_to_its_account_alone()
    {
        var (purse, key) = await CallerAsync();
        var done = await RunAsync(purse, key.Id, "2026-11-20T10:00:00Z");
        var generation = (await node.GetAsync($"/v1/generations/{done}", key.Secret)).Json;
        Text(generation, "state").ShouldBe("completed");
        Text(generation, "model").ShouldBe("sandbox-echo");
        Text(generation, "cost").ShouldBe("0.25");
        Text(generation, "key_id").ShouldBe($"{key.Id}");
        generation
            .GetProperty("usage")
            .GetRawText()
            .ShouldBe("""{"cached_input":3,"input":10,"output":20}""");
        generation.GetProperty("price_version").GetGuid().ShouldNotBe(Guid.Empty);

        var running = (
            await node.GetAsync(
                $"/v1/generations/{await RunAsync(purse, key.Id, "2026-11-20T11:00:00Z", state: RunState.Running)}",
                key.Secret
            )
        ).Json;
        Text(running, "state").ShouldBe("running");
        running.TryGetProperty("cost", out _).ShouldBeFalse("it is not known yet");
        var failed = (
            await node.GetAsync(
                $"/v1/generations/{await RunAsync(purse, key.Id, "2026-11-20T11:00:00Z", state: RunState.Failed)}",
                key.Secret
            )
        ).Json;
        (Text(failed, "state"), Text(failed, "cost")).ShouldBe(("failed", "0.00"));

        var (_, stranger) = await CallerAsync();
        foreach (
            var path in new[]
            {
                $"/v1/generations/{done}",
                "/v1/generations/nonsense",
                $"/v1/generations/{Ids.New()}",
            }
        )
            (await node.GetAsync(path, stranger.Secret)).Status.ShouldBe(404, path);
    }

    [Fact]
    public async Task Usage_is_added_up_by_day_model_and_key()
    {
        var (purse, key) = await CallerAsync();
        var other = await node.KeyAsync(purse.Account, change: it => it with { Name = "Other" });
        await RunAsync(purse, key.Id, "2026-11-02T23:59:59Z");
        await RunAsync(purse, key.Id, "2026-11-03T00:00:00Z", kopecks: 10);
        await RunAsync(purse, key.Id, "2026-11-03T12:00:00Z", kopecks: 5);
        await RunAsync(purse, key.Id, "2026-11-03T12:00:00Z", state: RunState.Failed);
        await RunAsync(purse, key.Id, "2026-11-03T12:00:00Z", model: "sandbox-writer");
        await RunAsync(purse, other.Id, "2026-11-03T12:00:00Z");
        await RunAsync(purse, other.Id, "2026-11-03T12:00:00Z", origin: "chat");
        await RunAsync(purse, key.Id, "2026-10-31T12:00:00Z");
        var (strange, strangers) = await CallerAsync();
        await RunAsync(strange, strangers.Id, "2026-11-03T12:00:00Z");

        var usage = (await node.GetAsync("/v1/usage", key.Secret)).Json;
        (Text(usage, "from"), Text(usage, "to")).ShouldBe(("2026-11-01", "2026-11-20"));
        var lines = Lines(usage);
        lines
            .Order()
            .ShouldBe(
                [
                    $"2026-11-02 sandbox-echo {key.Id} 1 1 0.25",
                    $"2026-11-03 sandbox-echo {key.Id} 3 2 0.15",
                    $"2026-11-03 sandbox-echo {other.Id} 1 1 0.25",
                    $"2026-11-03 sandbox-writer {key.Id} 1 1 0.25",
                ],
                ignoreOrder: true
            );
        var third = usage
            .GetProperty("data")
            .EnumerateArray()
            .Single(it => Text(it, "cost") == "0.15");
        third
            .GetProperty("units")
            .GetRawText()
            .ShouldBe("""{"cached_input":6,"input":20,"output":40}""");
        Text(third, "key_name").ShouldBe("A program of mine");

        var paged = new List<string>();
        for (var query = "limit=1"; ; )
        {
            var page = (await node.GetAsync($"/v1/usage?{query}", key.Secret)).Json;
            paged.AddRange(Lines(page));
            if (!page.GetProperty("has_more").GetBoolean())
                break;
            query = $"limit=1&after={Text(page, "next")}";
        }

        paged.ShouldBe(lines);
        Lines((await node.GetAsync($"/v1/usage?key_id={other.Id}", key.Secret)).Json)
            .Length.ShouldBe(1);
        Lines((await node.GetAsync("/v1/usage?model=sandbox-writer", key.Secret)).Json)
            .Length.ShouldBe(1);
        Lines((await node.GetAsync("/v1/usage?from=2026-10-31&to=2026-10-31", key.Secret)).Json)
            .Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=2026-11-02&to=2026-11-01", "from")]
    [InlineData("from=2020-01-01", "from")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=5000", "limit")]
    [InlineData("after=!!", "after")]
    [InlineData("after=aGVsbG8", "after")]
    [InlineData("model=%00", "model")]
    public async Task What_cannot_be_meant_is_refused_and_named(string query, string param)
    {
        var (_, key) = await CallerAsync();
        var reply = await node.GetAsync("/v1/usage?" + query, key.Secret);
        reply.Status.ShouldBe(400, reply.Body);
        Text(reply.Error, "param").ShouldBe(param);
    }

    private static string[] Lines(JsonElement usage) =>
        [
            .. usage
                .GetProperty("data")
                .EnumerateArray()
                .Select(it =>
                    $"{Text(it, "day")} {Text(it, "model")} {Text(it, "key_id")} {it.GetProperty("requests")} {it.GetProperty("completed")} {Text(it, "cost")}"
                ),
        ];

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString()!;
}
