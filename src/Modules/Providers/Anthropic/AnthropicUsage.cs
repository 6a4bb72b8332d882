using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Anthropic;

/// <summary>Of each field the last value that is not null, over message_start and every message_delta.</summary>
internal sealed class AnthropicUsage
{
    private long? input;
    private long? output;
    private long? thinking;
    private long? read;
    private long? written;
    private long? written5m;
    private long? written1h;
    private long? searches;
    private byte[] last = [];

    /// <summary>Null when it says nothing, or nothing new.</summary>
    public UsageContent? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        var raw = reader.Raw(json);
        if (raw.SequenceEqual(last))
            return null;
        last = raw.ToArray();
        var usage = JsonWalk.Over(raw);
        usage.Read();
        ReadFields(ref usage);
        return new UsageContent(Details())
        {
            AdditionalProperties = new() { [StreamMarks.RawUsage] = Encoding.UTF8.GetString(raw) },
        };
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("input_tokens"u8))
                input = reader.Count() ?? input;
            else if (reader.At("output_tokens"u8))
                output = reader.Count() ?? output;
            else if (reader.At("thinking_tokens"u8))
                thinking = reader.Count() ?? thinking;
            else if (reader.At("cache_read_input_tokens"u8))
                read = reader.Count() ?? read;
            else if (reader.At("cache_creation_input_tokens"u8))
                written = reader.Count() ?? written;
            else if (reader.At("ephemeral_5m_input_tokens"u8))
                written5m = reader.Count() ?? written5m;
            else if (reader.At("ephemeral_1h_input_tokens"u8))
                written1h = reader.Count() ?? written1h;
            else if (reader.At("web_search_requests"u8))
                searches = reader.Count() ?? searches;
            else if (
                reader.At("cache_creation"u8)
                || reader.At("output_tokens_details"u8)
                || reader.At("server_tool_use"u8)
            )
                ReadFields(ref reader);
            else
                reader.Skip();
        }
    }

    // The three input counters are disjoint here; in UsageDetails the input is all of the prompt.
    private UsageDetails Details()
    {
        var writes = written ?? (written5m ?? 0) + (written1h ?? 0);
        // A later correction may name the sum alone: what is not known to be kept for an hour is kept for five minutes.
        var hour = Math.Min(written1h ?? 0, writes);
        var prompt = input + writes + (read ?? 0);
        return new UsageDetails
        {
            InputTokenCount = prompt,
            OutputTokenCount = output,
            TotalTokenCount = prompt + output,
            CachedInputTokenCount = read,
            ReasoningTokenCount = thinking,
            AdditionalCounts = UsageReading.Extras(
                (UsageReading.CacheWrite5m, Known(writes - hour)),
                (UsageReading.CacheWrite1h, Known(hour)),
                (UsageReading.SearchCalls, searches)
            ),
        };
    }

    private static long? Known(long count) => count > 0 ? count : null;
}
