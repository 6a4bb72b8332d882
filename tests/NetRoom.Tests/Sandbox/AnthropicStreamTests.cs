using System.Net;
using NetRoom.Sandbox;

namespace NetRoom.Tests.Sandbox;

public sealed class AnthropicStreamTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    [Fact]
    public async Task Event_names_equal_types_and_come_in_order()
    {
        using var response = await sandbox.StreamAnthropic("claude-sandbox-echo");
        var events = await response.EventsAsync();

        events.ShouldAllBe(one => one.Json().GetProperty("type").GetString() == one.Name);
        events[..3]
            .ConvertAll(one => one.Name)
            .ShouldBe(["message_start", "content_block_start", "ping"]);
        events[^3..]
            .ConvertAll(one => one.Name)
            .ShouldBe(["content_block_stop", "message_delta", "message_stop"]);
        events.ShouldContain(one => one.Data.EndsWith(' '));

        var deltas = events
            .Where(one => one.Name == "content_block_delta")
            .Select(one => one.Json());
        var text = string.Concat(deltas.Select(delta => delta.At("delta.text").GetString()));
        events[^2].Json().At("usage.output_tokens").GetInt32().ShouldBe(Tokenizer.Count(text));
        events[0]
            .Json()
            .At("message.usage.input_tokens")
            .GetInt32()
            .ShouldBe(Tokenizer.Count("Hello there, sandbox!"));
    }

    [Fact]
    public async Task Thinking_is_a_block_that_ends_with_its_signature()
    {
        using var response = await sandbox.StreamAnthropic("claude-sandbox-thinker");
        var events = await response.EventsAsync();
        var closing = events.FindIndex(one => one.Name == "content_block_stop");

        events[1].Json().At("content_block.type").GetString().ShouldBe("thinking");
        events[closing - 1].Json().At("delta.type").GetString().ShouldBe("signature_delta");
        events[closing + 1].Json().At("content_block.type").GetString().ShouldBe("text");
        events[closing + 1].Json().GetProperty("index").GetInt32().ShouldBe(1);
        events[^2]
            .Json()
            .At("usage.output_tokens_details.thinking_tokens")
            .GetInt32()
            .ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Thinking_sent_back_changed_is_refused()
    {
        var block = new
        {
            type = "thinking",
            thinking = "Changed.",
            signature = "Sb1AAAA",
        };
        using var response = await sandbox.AskAnthropic(
            new
            {
                model = "claude-sandbox-instant",
                max_tokens = 10,
                messages = new object[] { new { role = "assistant", content = new[] { block } } },
            }
        );
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_marked_prefix_is_written_once_and_then_read()
    {
        var system = new[]
        {
            new
            {
                type = "text",
                text = "You know the whole manual by heart.",
                cache_control = new { type = "ephemeral", ttl = "1h" },
            },
        };
        var prefix = Tokenizer.Count(system[0].text);
        var first = await UsageAsync("One?");
        var second = await UsageAsync("And two?");

        first.At("cache_creation_input_tokens").GetInt32().ShouldBe(prefix);
        first.At("cache_creation.ephemeral_1h_input_tokens").GetInt32().ShouldBe(prefix);
        first.At("cache_read_input_tokens").GetInt32().ShouldBe(0);
        first.At("input_tokens").GetInt32().ShouldBe(Tokenizer.Count("One?"));
        second.At("cache_creation_input_tokens").GetInt32().ShouldBe(0);
        second.At("cache_read_input_tokens").GetInt32().ShouldBe(prefix);
        second.At("input_tokens").GetInt32().ShouldBe(Tokenizer.Count("And two?"));

        async Task<System.Text.Json.JsonElement> UsageAsync(string question)
        {
            using var response = await sandbox.AskAnthropic(
                new
                {
                    model = "claude-sandbox-instant",
                    max_tokens = 100,
                    system,
                    messages = new[] { new { role = "user", content = question } },
                }
            );
            return (await response.JsonAsync()).GetProperty("usage");
        }
    }

    [Theory]
    [InlineData("2026-10-21", HttpStatusCode.BadRequest)]
    [InlineData("2023-06-01", HttpStatusCode.OK)]
    public async Task Only_the_new_version_refuses_temperature(
        string version,
        HttpStatusCode status
    )
    {
        using var response = await sandbox.AskAnthropic(
            new
            {
                model = "claude-sandbox-instant",
                max_tokens = 10,
                temperature = 0.5,
                messages = new[] { new { role = "user", content = "Hi" } },
            },
            version
        );
        response.StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData("{\"model\":\"claude-none\"}", 404, "not_found_error")]
    [InlineData(
        "{\"model\":\"claude-sandbox-echo\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
        400,
        "invalid_request_error"
    )]
    [InlineData(
        "{\"model\":\"claude-fault-quota\",\"max_tokens\":1,\"messages\":[]}",
        400,
        "invalid_request_error"
    )]
    public async Task A_wrong_request_gets_the_real_error_shape(
        string body,
        int status,
        string type
    )
    {
        using var response = await sandbox.AskAnthropic(body);
        ((int)response.StatusCode).ShouldBe(status);
        var error = await response.JsonAsync();
        error.GetProperty("type").GetString().ShouldBe("error");
        error.At("error.type").GetString().ShouldBe(type);
        error.Has("request_id").ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_can_be_counted_beforehand()
    {
        using var response = await sandbox.AskAnthropic(
            new
            {
                model = "claude-sandbox-echo",
                messages = new[] { new { role = "user", content = "One, two." } },
            },
            path: "/anthropic/v1/messages/count_tokens"
        );
        (await response.JsonAsync()).GetProperty("input_tokens").GetInt32().ShouldBe(4);
    }
}
