using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>The usage object. Its input counters do not overlap; output includes thinking.</summary>
internal sealed class AnthropicUsage(Call call, CacheUse cached, Quirks quirks)
{
    private readonly int share = quirks.HasFlag(Quirks.ZeroUsage) ? 0 : 1;

    private int Fresh => call.InputTokens - cached.Read - cached.Written;

    /// <summary>The whole object, as in <c>message_start</c> and in an answer of one piece.</summary>
    public void WriteWhole(Utf8JsonWriter json, int outputTokens)
    {
        if (quirks.HasFlag(Quirks.NoUsage))
        {
            return;
        }
        json.WriteStartObject("usage");
        WriteInput(json);
        json.WriteStartObject("cache_creation");
        json.WriteNumber("ephemeral_5m_input_tokens", cached.WrittenShort * share);
        json.WriteNumber("ephemeral_1h_input_tokens", cached.WrittenLong * share);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", outputTokens * share);
        WriteParts(json);
        json.WriteString("service_tier", "standard");
        json.WriteEndObject();
    }

    /// <summary>The cumulative object of <c>message_delta</c>.</summary>
    public void WriteSoFar(Utf8JsonWriter json)
    {
        if (quirks.HasFlag(Quirks.NoUsage))
        {
            return;
        }
        json.WriteStartObject("usage");
        WriteInput(json);
        json.WriteNumber("output_tokens", call.OutputTokens * share);
        WriteParts(json);
        json.WriteEndObject();
    }

    private void WriteInput(Utf8JsonWriter json)
    {
        json.WriteNumber("input_tokens", Fresh * share);
        json.WriteNumber("cache_creation_input_tokens", cached.Written * share);
        json.WriteNumber("cache_read_input_tokens", cached.Read * share);
    }

    private void WriteParts(Utf8JsonWriter json)
    {
        if (call.ReasoningTokens > 0)
        {
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("thinking_tokens", call.ReasoningTokens * share);
            json.WriteEndObject();
        }
        if (call.SearchCalls > 0)
        {
            json.WriteStartObject("server_tool_use");
            json.WriteNumber("web_search_requests", call.SearchCalls * share);
            json.WriteNumber("web_fetch_requests", 0);
            json.WriteEndObject();
        }
    }
}
