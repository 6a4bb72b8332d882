using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>
/// Usage as it is reported piece by piece: of each field the last value that is not null holds. Cumulative reports are never
/// added up.
/// </summary>
internal sealed class OpenAiUsage(OpenAiDialect dialect)
{
    private long? prompt;
    private long? completion;
    private long? total;
    private long? cached;
    private long? cacheWrite;
    private long? reasoning;
    private long? hit;
    private long? miss;
    private long? searches;
    private long? audioIn;
    private long? audioOut;
    private long? imageIn;
    private long? imageOut;
    private long? videoIn;
    private decimal? dollars;
    private byte[] last = [];

    /// <summary>Searches that are counted beside the usage object; call it before that is read.</summary>
    public void Searched(long calls) => searches = calls;

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
            if (reader.At("prompt_tokens"u8) || reader.At("input_tokens"u8))
                prompt = reader.Count() ?? prompt;
            else if (reader.At("completion_tokens"u8) || reader.At("output_tokens"u8))
                completion = reader.Count() ?? completion;
            else if (reader.At("total_tokens"u8))
                total = reader.Count() ?? total;
            else if (reader.At("prompt_cache_hit_tokens"u8))
                hit = reader.Count() ?? hit;
            else if (reader.At("prompt_cache_miss_tokens"u8))
                miss = reader.Count() ?? miss;
            else if (reader.At("cached_tokens"u8))
                cached = reader.Count() ?? cached;
            else if (reader.At("cache_write_tokens"u8))
                cacheWrite = reader.Count() ?? cacheWrite;
            else if (reader.At("reasoning_tokens"u8))
                reasoning = reader.Count() ?? reasoning;
            else if (reader.At("web_search_requests"u8))
                searches = reader.Count() ?? searches;
            else if (reader.At("cost"u8))
                dollars = reader.Number() ?? dollars;
            else if (reader.At("cost_in_usd_ticks"u8))
                dollars = reader.Number() / 10_000_000_000m ?? dollars;
            else if (reader.At("prompt_tokens_details"u8) || reader.At("input_tokens_details"u8))
                ReadDetails(ref reader, ref audioIn, ref imageIn);
            else if (
                reader.At("completion_tokens_details"u8) || reader.At("output_tokens_details"u8)
            )
                ReadDetails(ref reader, ref audioOut, ref imageOut);
            else if (reader.At("server_tool_use_details"u8) || reader.At("server_tool_use"u8))
                ReadFields(ref reader);
            else
                reader.Skip();
        }
    }

    // Sound and pictures have the same names on both sides.
    private void ReadDetails(ref Utf8JsonReader reader, ref long? audio, ref long? image)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("audio_tokens"u8))
                audio = reader.Count() ?? audio;
            else if (reader.At("image_tokens"u8))
                image = reader.Count() ?? image;
            else if (reader.At("video_tokens"u8))
                videoIn = reader.Count() ?? videoIn;
            else if (reader.At("cached_tokens"u8))
                cached = reader.Count() ?? cached;
            else if (reader.At("cache_write_tokens"u8))
                cacheWrite = reader.Count() ?? cacheWrite;
            else if (reader.At("reasoning_tokens"u8))
                reasoning = reader.Count() ?? reasoning;
            else
                reader.Skip();
        }
    }

    private UsageDetails Details() =>
        new()
        {
            InputTokenCount = prompt ?? hit + miss,
            OutputTokenCount = Output(),
            TotalTokenCount = total,
            CachedInputTokenCount = hit ?? cached,
            ReasoningTokenCount = reasoning,
            AdditionalCounts = UsageReading.Extras(
                (UsageReading.CacheWrite5m, cacheWrite),
                (UsageReading.SearchCalls, searches),
                (UsageReading.AudioInput, audioIn),
                (UsageReading.AudioOutput, audioOut),
                (UsageReading.ImageInput, imageIn),
                (UsageReading.ImageOutput, imageOut),
                (UsageReading.VideoInput, videoIn),
                (
                    UsageReading.ReportedMicroDollars,
                    dollars is { } cost
                        ? (long)decimal.Round(cost * 1_000_000, MidpointRounding.AwayFromZero)
                        : null
                )
            ),
        };

    // The total betrays a provider that has changed its ways: then reasoning is already inside.
    private long? Output() =>
        (dialect.ReasoningOutside || reasoning > completion)
        && !(total is { } sum && sum == prompt + completion)
            ? completion + (reasoning ?? 0)
            : completion;
}
