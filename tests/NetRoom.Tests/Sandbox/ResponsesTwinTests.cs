using System.Net;
using System.Text;

namespace NetRoom.Tests.Sandbox;

public sealed class ResponsesTwinTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private async Task<HttpResponseMessage> AskAsync(string body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(sandbox.Address, "/openai/v1/responses")
        );
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sandbox-test");
        return await sandbox.Http.SendAsync(request);
    }

    [Fact]
    public async Task Events_are_named_numbered_and_end_with_the_whole_response()
    {
        using var response = await AskAsync(
            """{"model":"gpt-sandbox-thinker","input":"Hi","stream":true,"reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"]}"""
        );
        var events = await response.EventsAsync();

        events.ShouldAllBe(one => one.Json().GetProperty("type").GetString() == one.Name);
        events
            .ConvertAll(one => one.Json().GetProperty("sequence_number").GetInt32())
            .ShouldBe(Enumerable.Range(0, events.Count));
        events[0].Name.ShouldBe("response.created");
        events[^1].Name.ShouldBe("response.completed");
        var whole = events[^1].Json().GetProperty("response");
        whole.At("output.0.type").GetString().ShouldBe("reasoning");
        whole.At("output.0.encrypted_content").GetString().ShouldNotBeNullOrEmpty();
        var told = string.Concat(
            events
                .Where(one => one.Name == "response.output_text.delta")
                .Select(one => one.Json().GetProperty("delta").GetString())
        );
        whole.At("output.1.content.0.text").GetString().ShouldBe(told);
        whole.At("usage.output_tokens_details.reasoning_tokens").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_error_is_told_twice_as_OpenAI_does()
    {
        using var response = await AskAsync(
            """{"model":"gpt-fault-error-in-stream","input":"Hi","stream":true}"""
        );
        var events = await response.EventsAsync();

        events[^2..].ConvertAll(one => one.Name).ShouldBe(["error", "response.failed"]);
        events[^2].Json().At("error.code").GetString().ShouldBe("server_error");
    }

    [Fact]
    public async Task A_whole_answer_may_be_incomplete()
    {
        using var response = await AskAsync(
            """{"model":"gpt-sandbox-writer","input":"Write","max_output_tokens":5}"""
        );
        var answer = await response.JsonAsync();

        answer.GetProperty("status").GetString().ShouldBe("incomplete");
        answer.At("incomplete_details.reason").GetString().ShouldBe("max_output_tokens");
        answer.At("usage.output_tokens").GetInt32().ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"model":"gpt-sandbox-echo"}""", "missing_required_parameter")]
    [InlineData("""{"model":"gpt-sandbox-echo","input":"Hi","messages":[]}""", "unknown_parameter")]
    [InlineData("""{"model":"gpt-sandbox-echo","input":"Hi","stop":["x"]}""", "unknown_parameter")]
    [InlineData(
        """{"model":"gpt-sandbox-thinker","input":"Hi","temperature":0.5}""",
        "unsupported_parameter"
    )]
    [InlineData(
        """{"model":"gpt-sandbox-echo","input":"Hi","previous_response_id":"resp_1"}""",
        "previous_response_not_found"
    )]
    [InlineData(
        """{"model":"gpt-sandbox-echo","input":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}""",
        "invalid_value"
    )]
    [InlineData(
        """{"model":"gpt-sandbox-echo","input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"other"}]}""",
        "invalid_encrypted_content"
    )]
    [InlineData(
        """{"model":"gpt-sandbox-echo","input":[{"type":"function_call_output","call_id":"a","output":"x"}]}""",
        null
    )]
    [InlineData(
        """{"model":"gpt-sandbox-echo","input":[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"}]}""",
        null
    )]
    public async Task What_OpenAI_refuses_is_refused(string body, string? code)
    {
        using var response = await AskAsync(body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).At("error.code").GetString().ShouldBe(code);
    }
}
