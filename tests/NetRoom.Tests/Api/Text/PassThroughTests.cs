using System.Globalization;
using System.Text.Json;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Calls whose provider speaks the caller's own protocol.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PassThroughTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_whole_answer_says_what_it_cost_and_the_ledger_agrees()
    {
        var reply = await api.ChatAsync("sandbox-echo", ",\"max_tokens\":500");
        reply.Status.ShouldBe(200, reply.Body);
        var cost = Cost(reply.Header("x-cost-rub")!);
        cost.ShouldBeGreaterThan(Money.Zero);
        var usage = reply.Json.GetProperty("usage");
        Cost(usage.GetProperty("cost_rub").GetString()!).ShouldBe(cost);
        usage.GetProperty("completion_tokens").GetInt64().ShouldBeGreaterThan(0);
        reply.Json.GetProperty("model").GetString().ShouldBe("sandbox-echo");
        reply.Header("x-request-id").ShouldNotBeNull();
        Guid.Parse(reply.Header("x-generation-id")!);
        (await api.PaidAsync()).ShouldBe(cost);

        var heard = await api.Sandbox.LastCallAsync("gpt-sandbox-echo");
        heard.GetProperty("key").GetString().ShouldBe("sandbox-key");
    }

    [Fact]
    public async Task A_stream_ends_with_its_usage_and_price_if_that_was_asked_for()
    {
        var asked = await api.ChatAsync(
            "sandbox-echo",
            ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
        );
        Events.Of(asked.Body)[^1].ShouldBe("[DONE]");
        Events.ChatText(asked.Body).ShouldContain("Hello");
        var last = Events.Json(asked.Body)[^1];
        last.GetProperty("choices").GetArrayLength().ShouldBe(0);
        last.GetProperty("model").GetString().ShouldBe("sandbox-echo");
        Cost(last.GetProperty("usage").GetProperty("cost_rub").GetString()!)
            .ShouldBe(await api.PaidAsync());

        var silent = await api.ChatAsync("sandbox-echo", ",\"stream\":true");
        Events.Of(silent.Body)[^1].ShouldBe("[DONE]");
        silent.Body.ShouldNotContain("prompt_tokens");
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Fact]
    public async Task A_message_passes_whole_and_as_a_stream()
    {
        var whole = await api.MessagesAsync("sandbox-claude-echo");
        whole.Status.ShouldBe(200, whole.Body);
        whole.Json.GetProperty("type").GetString().ShouldBe("message");
        whole.Json.GetProperty("model").GetString().ShouldBe("sandbox-claude-echo");
        whole.Header("request-id").ShouldNotBeNull();
        Cost(whole.Json.GetProperty("usage").GetProperty("cost_rub").GetString()!)
            .ShouldBe(await api.PaidAsync());

        var stream = await api.MessagesAsync("sandbox-claude-echo", ",\"stream\":true");
        Events.MessageText(stream.Body).ShouldContain("Hello");
        var events = Events.Json(stream.Body);
        events[0]
            .GetProperty("message")
            .GetProperty("model")
            .GetString()
            .ShouldBe("sandbox-claude-echo");
        events[^1].GetProperty("type").GetString().ShouldBe("message_stop");
        events[^2].GetProperty("usage").TryGetProperty("cost_rub", out _).ShouldBeTrue();
    }

    [Theory]
    [BillingFailure(7)]
    [InlineData("fault-cut", "provider_cut")]
    [InlineData("fault-error-in-stream", "provider_unavailable")]
    public async Task A_stream_that_breaks_ends_with_an_error_and_costs_nothing(
        string model,
        string code
    )
    {
        var reply = await api.ChatAsync(model, ",\"stream\":true");
        reply.Status.ShouldBe(200);
        reply.Body.ShouldNotContain("[DONE]");
        var error = Events.Json(reply.Body)[^1].GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("fault-claude-cut", "api_error")]
    [InlineData("fault-claude-error-in-stream", "overloaded_error")]
    public async Task A_message_that_breaks_ends_with_an_error_and_costs_nothing(
        string model,
        string type
    )
    {
        var reply = await api.MessagesAsync(model, ",\"stream\":true");
        reply.Body.ShouldNotContain("message_stop");
        reply.Body.ShouldContain("event: error");
        var error = Events.Json(reply.Body)[^1];
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe(type);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [BillingFailure(3)]
    [InlineData("fault-500", true, 503, "provider_unavailable")]
    [InlineData("fault-429", false, 429, "provider_rate_limited")]
    [InlineData("fault-quota", false, 503, "model_unavailable")]
    [InlineData("fault-401", true, 503, "model_unavailable")]
    [InlineData("fault-html-error", false, 503, "provider_unavailable")]
    [InlineData("fault-error-first", true, 503, "provider_unavailable")]
    [InlineData("fault-cut-early", false, 502, "provider_cut")]
    public async Task A_failing_provider_is_told_in_our_words(
        string model,
        bool stream,
        int status,
        string code
    )
    {
        var reply = await api.ChatAsync(model, stream ? ",\"stream\":true" : "");
        reply.Status.ShouldBe(status, reply.Body);
        reply.Error.GetProperty("code").GetString().ShouldBe(code);
        reply.Header("retry-after").ShouldBe(status == 429 ? "2" : null);
        reply.Headers.Keys.ShouldNotContain(name =>
            name.StartsWith("x-ratelimit-limit-tokens", StringComparison.OrdinalIgnoreCase)
        );
        reply.Body.ShouldNotContain("sandbox-key");
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    [BillingFailure(8)]
    public async Task Usage_of_zero_costs_nothing_and_usage_that_is_missing_is_estimated()
    {
        var zero = await api.ChatAsync("fault-zero-usage");
        (zero.Status, zero.Header("x-cost-rub")).ShouldBe((200, "0.00"));
        var missing = await api.ChatAsync(
            "fault-no-usage",
            ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
        );
        var usage = Events.Json(missing.Body)[^1].GetProperty("usage");
        usage.GetProperty("completion_tokens").GetInt64().ShouldBeGreaterThan(0);
        Cost(usage.GetProperty("cost_rub").GetString()!).ShouldBe(await api.PaidAsync());
        (await EstimatedAsync()).ShouldBeTrue();
    }

    [Theory]
    [BillingFailure(9)]
    [InlineData("fault-usage-twice", "gpt-fault-usage-twice")]
    public async Task Cumulative_usage_counts_once(string model, string wire)
    {
        await api.ChatAsync(model, ",\"stream\":true");
        var call = await api.Sandbox.LastCallAsync(wire);
        var paid = await api.PaidAsync();
        var output = call.GetProperty("outputTokens").GetInt64();
        var whole = await api.Database.ScalarAsync<string>(
            $"SELECT lines::text FROM billing.hold h JOIN billing.wallet w ON w.id = h.wallet_id WHERE w.account_id = '{api.Purse.Account}'"
        );
        paid.ShouldBeGreaterThan(Money.Zero);
        JsonElement
            .Parse(whole)
            .EnumerateArray()
            .Where(line =>
                line.TryGetProperty("unit", out var unit) && unit.GetString() == "Output"
            )
            .Sum(line => line.GetProperty("quantity").GetInt64())
            .ShouldBe(output);
    }

    [Theory]
    [InlineData("fault-crlf")]
    [InlineData("fault-keepalive")]
    [InlineData("fault-no-done")]
    public async Task Habits_of_providers_pass_unharmed(string model)
    {
        var reply = await api.ChatAsync(model, ",\"stream\":true");
        Events.ChatText(reply.Body).ShouldNotBeEmpty();
        Events.ChatText(reply.Body).ShouldNotContain("\uFFFD");
        Events.Of(reply.Body)[^1].ShouldBe("[DONE]");
    }

    [Theory]
    [BillingFailure(6)]
    [InlineData("fault-empty")]
    [InlineData("fault-refusal")]
    [InlineData("fault-length")]
    public async Task An_answer_without_output_passes_and_costs_nothing(string model)
    {
        var reply = await api.ChatAsync(model);
        (reply.Status, reply.Header("x-cost-rub")).ShouldBe((200, "0.00"), reply.Body);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    [BillingFailure(4, 5)]
    public async Task Who_hangs_up_pays_an_estimate_of_what_had_come()
    {
        using var connection = new CancellationTokenSource();
        using (
            var response = await api.OpenAsync(
                "/v1/chat/completions",
                TextApi.ChatBody("fault-hang-late", ",\"stream\":true"),
                connection.Token
            )
        )
        {
            var stream = await response.Content.ReadAsStreamAsync();
            var buffer = new byte[4_096];
            (await stream.ReadAtLeastAsync(buffer, 900)).ShouldBeGreaterThan(0);
            await connection.CancelAsync();
        }
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
        (await EstimatedAsync()).ShouldBeTrue();
    }

    [Fact]
    [BillingFailure(6)]
    public async Task Who_hangs_up_before_a_whole_answer_pays_nothing()
    {
        using var connection = new CancellationTokenSource();
        var asked = api.OpenAsync(
            "/v1/chat/completions",
            TextApi.ChatBody("fault-hang", ""),
            connection.Token
        );
        while ((await api.Purse.BalanceAsync()).Held.IsZero)
            await Task.Yield();
        await connection.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    private Task<bool> EstimatedAsync() =>
        api.Database.ScalarAsync<bool>(
            $"SELECT bool_or(estimated) FROM billing.hold h JOIN billing.wallet w ON w.id = h.wallet_id WHERE w.account_id = '{api.Purse.Account}'"
        );

    private static Money Cost(string text) =>
        new((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * Money.MicroPerRouble));
}
