using System.Text;
using NetRoom.Catalog;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Tests.Providers;

/// <summary>A program's request on its way to a provider that speaks the same protocol.</summary>
public sealed class RequestBodyTests
{
    [Fact]
    public void What_need_not_change_goes_byte_for_byte() =>
        Written(
                """{ "model":"ours" , "messages":[ {"role":"user", "content":"\u0441 é"} ], "x_new" : {"a": 1.50} }"""
            )
            .ShouldBe(
                """{"model":"wire","messages":[ {"role":"user", "content":"\u0441 é"} ],"x_new" : {"a": 1.50},"max_completion_tokens":77}"""
            );

    [Fact]
    public void What_is_ours_is_there_once_and_says_what_we_read() =>
        Written(
                """{"model":"a","mod\u0065l":"b","max_tokens":1,"max_completion_tokens":2,"store":true,"stream_options":{"include_usage":false},"stream":true,"model":"c"}""",
                stream: true
            )
            .ShouldBe(
                """{"model":"wire","stream":true,"max_completion_tokens":77,"stream_options":{"include_usage":true,"include_obfuscation":false}}"""
            );

    [Theory]
    [InlineData("mistral", """{"model":"wire","stream":true,"max_tokens":77}""")]
    [InlineData(
        "vllm",
        """{"model":"wire","stream":true,"max_tokens":77,"stream_options":{"include_usage":true}}"""
    )]
    public void Each_dialect_gets_the_fields_that_it_knows(string dialect, string written) =>
        Written("""{"model":"a","stream":true}""", stream: true, dialect: dialect)
            .ShouldBe(written);

    [Fact]
    public void Nothing_is_left_with_a_provider() =>
        Written("""{"model":"a","store":true}""", WireProtocol.Responses)
            .ShouldBe("""{"model":"wire","store":false,"max_output_tokens":77}""");

    [Fact]
    public void A_message_keeps_all_but_its_model_and_limit() =>
        Written(
                """{"max_tokens":9000,"model":"a","system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}""",
                WireProtocol.Messages
            )
            .ShouldBe(
                """{"model":"wire","system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],"max_tokens":77}"""
            );

    [Fact]
    public void A_search_goes_with_a_limit_that_is_ours()
    {
        Written(
                """{"model":"a","tools":[{"type":"web_search"}],"max_tool_calls":90}""",
                WireProtocol.Responses,
                searches: 3
            )
            .ShouldBe(
                """{"model":"wire","tools":[{"type":"web_search"}],"store":false,"max_output_tokens":77,"max_tool_calls":3}"""
            );
        Written(
                """{"model":"a","tools":[ {"name":"mine","input_schema":{"max_uses":9.50}}, {"max_uses":90,"type":"web_search_20250305","name":"web_search","max_uses":80} ]}""",
                WireProtocol.Messages,
                searches: 3
            )
            .ShouldBe(
                """{"model":"wire","tools":[{"name":"mine","input_schema":{"max_uses":9.50}},{"max_uses":3,"type":"web_search_20250305","name":"web_search"}],"max_tokens":77}"""
            );
    }

    private static string Written(
        string body,
        WireProtocol protocol = WireProtocol.ChatCompletions,
        bool stream = false,
        string dialect = "openai",
        int searches = 0
    ) =>
        Encoding.UTF8.GetString(
            RequestBody
                .Write(
                    new PassThroughRequest(protocol, Encoding.UTF8.GetBytes(body), stream, 77)
                    {
                        MostSearches = searches,
                    },
                    "wire",
                    OpenAiDialect.Of(dialect)
                )
                .WrittenSpan
        );
}
