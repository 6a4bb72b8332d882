using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Api.Keys;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>Who may come in by a key, and what everybody else is told.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KeyCheckTests(Postgres postgres) : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(database, clock, map: MapProbes);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    private static void MapProbes(WebApplication app)
    {
        var probes = app.MapGroup("/v1/probe").ForKeys();
        probes.MapGet(
            "/who",
            (ApiCaller caller, HttpContext context) =>
                $"{caller.AccountId} {caller.KeyId} {context.User.Identity?.IsAuthenticated} {caller.MayUse("m1")} {caller.MayUse("m2")}"
        );
        probes.MapGet("/images", () => "image").Needs(ApiScopes.Images);
        probes.MapPost("/json", (string[] words) => words.Length);
        probes.MapPost("/form", async (IFormFile file) => $"{file.Length}").Needs(ApiScopes.Audio);
        probes
            .MapPost("/small", (string[] words) => words.Length)
            .WithMetadata(new RequestSizeLimitAttribute(10));
        probes.MapGet("/broken", string () => throw new InvalidOperationException("a secret"));
        probes
            .MapGet("/anthropic", string () => throw new InvalidOperationException("a secret"))
            .Speaks(ApiProtocol.Anthropic);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("authorization", "bearer  ")]
    [InlineData("x-api-key", "")]
    public async Task A_key_names_its_caller_in_either_header(string header, string before)
    {
        var account = Ids.New();
        var key = await node.KeyAsync(account, change: it => it with { Models = ["m1"] });
        var reply = await node.GetAsync("/v1/probe/who", null, (header, before + key.Secret));
        reply.Status.ShouldBe(200, reply.Body);
        reply.Body.ShouldBe($"{account} {key.Id} False True False");
    }

    [Fact]
    public async Task Without_a_live_key_nobody_comes_in()
    {
        var key = (await node.KeyAsync()).Secret;
        await RefusedAsync(null, "missing_api_key");
        await RefusedAsync("", "missing_api_key");
        await RefusedAsync("sk-somebody-elses", "invalid_api_key");
        await RefusedAsync(key[..^1], "invalid_api_key");
        await RefusedAsync(KeySecret.Create(), "invalid_api_key");
        (
            await node.GetAsync("/v1/probe/who", null, ("Authorization", "Basic " + key))
        ).Status.ShouldBe(401);

        async Task RefusedAsync(string? secret, string code)
        {
            var reply = await node.GetAsync("/v1/probe/who", secret);
            reply.Status.ShouldBe(401, secret);
            reply.Error.GetProperty("code").GetString().ShouldBe(code);
            reply.Error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
            if (secret is { Length: > 0 })
                reply.Body.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_in_the_protocols_words()
    {
        var key = await node.KeyAsync();
        foreach (var size in new[] { 20, 5_000_000 })
        {
            var body = $"[\"{new string('a', size)}\"]";
            var reply = await node.PostAsync("/v1/probe/small", key.Secret, body);
            reply.Status.ShouldBe(413, reply.Body);
            reply.Error.GetProperty("code").GetString().ShouldBe("request_too_large");
        }
    }

    [Fact]
    public async Task A_key_stops_at_its_expiry_though_it_is_remembered()
    {
        var key = await node.KeyAsync(change: it =>
            it with
            {
                ExpiresAt = clock.GetUtcNow().AddSeconds(1),
            }
        );
        (await node.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(200);
        clock.Pass(TimeSpan.FromSeconds(1));
        var reply = await node.GetAsync("/v1/probe/who", key.Secret);
        reply.Status.ShouldBe(401);
        reply.Error.GetProperty("code").GetString().ShouldBe("expired_api_key");
    }

    [Fact]
    public async Task A_revoked_key_stops_here_at_once_and_on_other_nodes_within_seconds()
    {
        await using var other = await ApiNode.StartAsync(database, clock, map: MapProbes);
        var account = Ids.New();
        var key = await node.KeyAsync(account);
        foreach (var at in new[] { node, other })
            (await at.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(200);

        (await node.RevokeAsync(Ids.New(), key.Id)).ShouldBeFalse("another's key is not there");
        (await node.RevokeAsync(account, key.Id)).ShouldBeTrue();
        (await node.RevokeAsync(account, key.Id)).ShouldBeFalse("it had been revoked");
        var refused = await node.GetAsync("/v1/probe/who", key.Secret);
        refused.Error.GetProperty("code").GetString().ShouldBe("revoked_api_key");

        clock.Pass(KeyCache.Lifetime - TimeSpan.FromMilliseconds(1));
        (await other.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(
            200,
            "still remembered"
        );
        clock.Pass(TimeSpan.FromMilliseconds(1));
        (await other.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(401);
        KeyCache.Lifetime.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Calls_in_a_row_ask_the_database_once()
    {
        var key = await node.KeyAsync();
        (await node.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(200);
        // A key that is gone from the table is still known, so nobody has looked.
        await database.ScalarAsync<Guid>($"DELETE FROM api.key WHERE id = '{key.Id}' RETURNING id");
        for (var again = 0; again < 3; again++)
            (await node.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(200);
        clock.Pass(KeyCache.Lifetime);
        (await node.GetAsync("/v1/probe/who", key.Secret)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_scope_that_is_lacking_is_named()
    {
        var key = await node.KeyAsync(scopes: ApiScopes.Text | ApiScopes.Audio);
        var reply = await node.GetAsync("/v1/probe/images", key.Secret);
        reply.Status.ShouldBe(403);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("'images'");
        (await node.GetAsync("/v1/balance", key.Secret)).Status.ShouldBe(403);
        (await node.GetAsync("/v1/probe/images", (await node.KeyAsync()).Secret)).Body.ShouldBe(
            "image"
        );
    }

    [Fact]
    public async Task A_session_counts_for_nothing_and_another_site_may_call()
    {
        using var browser = new Browser(node.Address);
        await browser.SignUpAsync($"{Ids.New():n}@people.test");
        (await browser.GetAsync("/v1/probe/who")).Status.ShouldBe(
            System.Net.HttpStatusCode.Unauthorized
        );
        browser.LastSet.ShouldBeEmpty("no cookie is read or written");

        var key = await node.KeyAsync();
        var reply = await node.PostAsync(
            "/v1/probe/json",
            key.Secret,
            "[\"a\",\"b\"]",
            ("Sec-Fetch-Site", "cross-site"),
            ("Origin", "https://elsewhere.test")
        );
        (reply.Status, reply.Body).ShouldBe((200, "2"));
        using var file = new MultipartFormDataContent
        {
            { new StringContent("12345"), "file", "a.txt" },
        };
        using var upload = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(node.Address, "/v1/probe/form")
        );
        upload.Content = file;
        upload.Headers.Add("x-api-key", key.Secret);
        using var uploaded = await node.Http.SendAsync(upload);
        (await uploaded.Content.ReadAsStringAsync()).ShouldBe("5", "no form token is asked for");
    }

    [Theory]
    [InlineData("GET", "/v1/nothing/here", null, 404, "unknown_url")]
    [InlineData("POST", "/v1/nothing/here", "{}", 404, "unknown_url")]
    [InlineData("PUT", "/v1/nothing", "{}", 404, "unknown_url")]
    [InlineData("DELETE", "/v1/models.json", null, 404, "unknown_url")]
    [InlineData("DELETE", "/v1/probe/json", null, 405, "method_not_supported")]
    [InlineData("POST", "/v1/probe/json", "{", 400, null)]
    [InlineData("GET", "/v1/probe/broken", null, 500, "internal_error")]
    public async Task Whatever_goes_wrong_is_said_in_the_callers_protocol(
        string method,
        string path,
        string? body,
        int status,
        string? code
    )
    {
        var key = (await node.KeyAsync()).Secret;
        var open = await node.SendAsync(
            new HttpMethod(method),
            path,
            key,
            body,
            ("Accept", "text/html")
        );
        open.Status.ShouldBe(status, open.Body);
        open.Error.GetProperty("code").GetString().ShouldBe(code);
        open.Error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        open.Error.TryGetProperty("param", out _).ShouldBeTrue();
        open.Header("x-request-id")!.ShouldStartWith("req_");
        open.Header("Set-Cookie").ShouldBeNull();
        open.Body.ShouldNotContain("a secret");

        var anthropic = await node.SendAsync(
            new HttpMethod(method),
            path,
            key,
            body,
            ("anthropic-version", "2023-06-01")
        );
        anthropic.Status.ShouldBe(status);
        anthropic.Json.GetProperty("type").GetString().ShouldBe("error");
        anthropic.Error.GetProperty("type").GetString().ShouldNotBeNullOrEmpty();
        anthropic
            .Json.GetProperty("request_id")
            .GetString()
            .ShouldBe(anthropic.Header("request-id"));
        anthropic.Header("x-request-id").ShouldBe(anthropic.Header("request-id"));
    }

    [Theory]
    [InlineData("GET", "/v1/messages", "POST")]
    [InlineData("POST", "/v1/balance", "GET")]
    [InlineData("DELETE", "/v1/models/anything", "GET")]
    public async Task A_known_address_names_the_method_that_it_takes(
        string method,
        string path,
        string allowed
    )
    {
        var reply = await node.SendAsync(new HttpMethod(method), path, null);
        reply.Status.ShouldBe(405, reply.Body);
        reply.Header("Allow").ShouldBe(allowed);
        reply.Error.GetProperty("message").GetString()!.ShouldContain($"does not take {method}");
    }

    [Fact]
    public async Task A_body_that_is_no_json_and_one_too_large_are_told_apart()
    {
        var key = (await node.KeyAsync()).Secret;
        var large = await node.PostAsync("/v1/probe/small", key, "[\"far too long\"]");
        large.Status.ShouldBe(413);
        large.Error.GetProperty("code").GetString().ShouldBe("request_too_large");
        var text = await node.PostAsync("/v1/probe/json", key, "");
        text.Error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        using var plain = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(node.Address, "/v1/probe/json")
        );
        plain.Content = new StringContent("hello");
        plain.Headers.Add("x-api-key", key);
        using var answer = await node.Http.SendAsync(plain);
        ((int)answer.StatusCode).ShouldBe(415);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("unsupported_media_type");
    }

    [Fact]
    public async Task An_endpoint_of_anthropics_fails_in_anthropics_words()
    {
        var reply = await node.GetAsync("/v1/probe/anthropic", (await node.KeyAsync()).Secret);
        reply.Status.ShouldBe(500);
        reply.Error.GetProperty("type").GetString().ShouldBe("api_error");
        (await node.GetAsync("/v1/messages/nothing", null))
            .Error.GetProperty("type")
            .GetString()
            .ShouldBe("not_found_error");
    }

    [Fact]
    public async Task Every_answer_has_an_id_of_its_own_and_speaks_English()
    {
        var key = (await node.KeyAsync()).Secret;
        var one = await node.GetAsync("/v1/balance", key, ("Accept-Language", "ru"));
        var two = await node.GetAsync("/v1/balance", key, ("Accept-Language", "ru"));
        one.Status.ShouldBe(200, one.Body);
        one.Header("x-request-id").ShouldNotBe(two.Header("x-request-id"));
        one.Header("request-id").ShouldBeNull();
        one.Json.GetProperty("available").GetString().ShouldBe("0.00");
        (await node.GetAsync("/v1/balance", "x", ("Accept-Language", "ru"))).Body.ShouldContain(
            "not a NetRoom API key"
        );
    }

    [Fact]
    public async Task When_a_key_was_used_last_is_written_behind_the_calls()
    {
        var key = await node.KeyAsync();
        await node.GetAsync("/v1/probe/who", key.Secret);
        await node.App.Services.GetRequiredService<KeyUse>().WriteAsync(default);
        (
            await database.ScalarAsync<DateTime>(
                $"SELECT last_used_at FROM api.key WHERE id = '{key.Id}'"
            )
        ).ShouldBe(clock.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task The_secret_is_nowhere_in_the_database()
    {
        var key = await node.KeyAsync();
        var row = await database.ScalarAsync<string>(
            $"SELECT k::text FROM api.key k WHERE id = '{key.Id}'"
        );
        row.ShouldNotContain(key.Secret[8..]);
        row.ShouldContain(key.Secret[..8]);
    }
}
