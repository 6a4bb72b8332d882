namespace NetRoom.Tests.Providers;

/// <summary>Streams as providers send them, in toy words.</summary>
internal static class Recorded
{
    public const string OpenAi = """
        : OPENROUTER PROCESSING

        data: {"id":"c1","object":"chat.completion.chunk","model":"answered-model","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null,"obfuscation":"x7"}

        data: {"id":"c1","choices":[{"index":0,"delta":{"reasoning_content":"Фьорды? "}}]}

        data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Глубоко \ud83d"},"finish_reason":null}],"usage":null}

        : keep-alive

        data: {"id":"c1","choices":[{"index":0,"delta":{"content":"\ude00, и 🏔\n"},"finish_reason":null}],"usage":null}

        data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

        data: {"id":"c1","choices":[],"usage":{"prompt_tokens":120,"completion_tokens":40,"total_tokens":160,"prompt_tokens_details":{"cached_tokens":64,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":32}}}

        data: {"id":"c1","choices":[],"moderation":{"flagged":false},"usage":null}

        data: [DONE]


        """;

    public const string OpenAiText = "Глубоко 😀, и 🏔\n";

    public const string Anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_2","type":"message","role":"assistant","model":"claude-haiku-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":33,"cache_creation_input_tokens":1500,"cache_read_input_tokens":3000,"cache_creation":{"ephemeral_5m_input_tokens":1000,"ephemeral_1h_input_tokens":500},"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Фьорды? "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Глубоко \ud83d"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"\ude00, и 🏔\n"}}           

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":null,"output_tokens":60,"output_tokens_details":{"thinking_tokens":50},"server_tool_use":{"web_search_requests":2}}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    public static string Of(string provider) => provider == "anthropic" ? Anthropic : OpenAi;

    /// <summary>An answer of the protocol with only this text.</summary>
    public static string Saying(string provider, string text) =>
        provider == "anthropic"
            ? $$$$"""
                data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":1,"output_tokens":1}}}

                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{{text}}}}"}}

                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

                data: {"type":"message_stop"}


                """
            : $$$$"""
                data: {"choices":[{"index":0,"delta":{"content":"{{{{text}}}}"}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}

                data: [DONE]


                """;
}
