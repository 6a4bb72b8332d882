using System.Net;

namespace NetRoom.Tests.Sandbox;

/// <summary>What the older twins refuse of tools, files and fields, as the real ones do.</summary>
public sealed class ToolRuleTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Hi = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    [Theory]
    [InlineData(Hi + ",\"reasoning\":{}", "unknown_parameter")]
    [InlineData(Hi + ",\"tool_choice\":\"auto\"", null)]
    [InlineData(Hi + ",\"tools\":[{\"type\":\"function\"}]", "missing_required_parameter")]
    [InlineData(Hi + ",\"tools\":[{\"type\":\"web_search\"}]", "invalid_value")]
    [InlineData(
        Hi + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\"}}",
        "invalid_value"
    )]
    [InlineData(
        "\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"x\"}]",
        null
    )]
    [InlineData(
        "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\"}]},{\"role\":\"user\",\"content\":\"x\"}]",
        null
    )]
    [InlineData(
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,?\"}}]}]",
        "invalid_type"
    )]
    public async Task OpenAI_refuses(string fields, string? code)
    {
        using var response = await sandbox.AskOpenAi(
            "{\"model\":\"gpt-sandbox-echo\"," + fields + "}"
        );

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).At("error.code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task OpenAI_refuses_sampling_to_models_that_reason()
    {
        using var response = await sandbox.AskOpenAi(
            "{\"model\":\"gpt-sandbox-thinker\",\"temperature\":1," + Hi + "}"
        );

        (await response.JsonAsync()).At("error.code").GetString().ShouldBe("unsupported_parameter");
    }

    [Theory]
    [InlineData(Hi + ",\"reasoning_effort\":\"low\"")]
    [InlineData(Hi + ",\"tool_choice\":{\"type\":\"auto\"}")]
    [InlineData(Hi + ",\"tools\":[{\"name\":\"f\"}]")]
    [InlineData(Hi + ",\"tools\":[{\"type\":\"unheard_of\",\"name\":\"f\"}]")]
    [InlineData(
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\"}]}]"
    )]
    [InlineData(
        "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]}]"
    )]
    [InlineData(
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/tiff\",\"data\":\"AQI=\"}}]}]"
    )]
    [InlineData(
        "\"thinking\":{\"type\":\"adaptive\"},\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\"}]}]"
    )]
    public async Task Anthropic_refuses(string fields)
    {
        using var response = await sandbox.AskAnthropic(
            "{\"model\":\"claude-sandbox-echo\",\"max_tokens\":100," + fields + "}"
        );

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).At("error.type").GetString().ShouldBe("invalid_request_error");
    }

    [Theory]
    [InlineData(
        """{"type":"object","properties":{"kind":{"enum":["a","b"]},"n":{"type":"integer","minimum":3},"list":{"type":"array","items":{"$ref":"#/$defs/one"}},"maybe":{"anyOf":[{"type":"null"},{"type":"string"}]}},"required":["kind","n","list","maybe"],"$defs":{"one":{"type":"object","properties":{"on":{"type":"boolean"}}}}}""",
        """{"kind":"a","n":3,"list":[{"on":true}],"maybe":null}"""
    )]
    [InlineData(
        """{"type":"object","properties":{"day":{"type":"string","format":"date"},"long":{"type":"string","minLength":9}}}""",
        """{"day":"2026-11-20","long":"sandboxxx"}"""
    )]
    public async Task JSON_fits_its_schema(string schema, string expected)
    {
        using var response = await sandbox.AskOpenAi(
            "{\"model\":\"gpt-sandbox-echo\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":"
                + schema
                + "}},"
                + Hi
                + "}"
        );

        (await response.JsonAsync()).At("choices.0.message.content").GetString().ShouldBe(expected);
    }
}
