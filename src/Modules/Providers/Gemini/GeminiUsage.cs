using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>
/// usageMetadata, cumulative in every chunk. Thoughts lie beside the candidates and tool prompts beside the prompt; what is
/// cached lies inside the prompt.
/// </summary>
internal sealed class GeminiUsage
{
    private readonly Modalities prompt = new();
    private readonly Modalities cached = new();
    private readonly Modalities answer = new();
    private long? promptCount;
    private long? cachedCount;
    private long? answerCount;
    private long? thoughts;
    private long? toolPrompt;
    private long? total;
    private long? searches;
    private string? raw;
    private bool changed;

    /// <summary>How many searches the answer is grounded in; of repeated reports the largest holds.</summary>
    public void Searched(long calls)
    {
        if (calls <= (searches ?? 0))
            return;
        searches = calls;
        changed = true;
    }

    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        var bytes = reader.Raw(json);
        var said = Encoding.UTF8.GetString(bytes);
        if (said == raw)
            return;
        (raw, changed) = (said, true);
        var usage = JsonWalk.Over(bytes);
        usage.Read();
        ReadFields(ref usage);
    }

    /// <summary>Null when nothing new was said.</summary>
    public UsageContent? Take()
    {
        if (!changed || raw is null)
            return null;
        changed = false;
        return new UsageContent(Details())
        {
            AdditionalProperties = new() { [StreamMarks.RawUsage] = raw },
        };
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("promptTokenCount"u8))
                promptCount = reader.Count() ?? promptCount;
            else if (reader.At("cachedContentTokenCount"u8))
                cachedCount = reader.Count() ?? cachedCount;
            else if (reader.At("candidatesTokenCount"u8))
                answerCount = reader.Count() ?? answerCount;
            else if (reader.At("thoughtsTokenCount"u8))
                thoughts = reader.Count() ?? thoughts;
            else if (reader.At("toolUsePromptTokenCount"u8))
                toolPrompt = reader.Count() ?? toolPrompt;
            else if (reader.At("totalTokenCount"u8))
                total = reader.Count() ?? total;
            else if (reader.At("promptTokensDetails"u8))
                prompt.Read(ref reader);
            else if (reader.At("cacheTokensDetails"u8))
                cached.Read(ref reader);
            else if (reader.At("candidatesTokensDetails"u8))
                answer.Read(ref reader);
            else
                reader.Skip();
        }
    }

    private UsageDetails Details() =>
        new()
        {
            InputTokenCount = promptCount is null ? null : promptCount + (toolPrompt ?? 0),
            // A blocked prompt, or an answer that never came: the prompt is counted and the rest is left out.
            OutputTokenCount =
                promptCount is null && answerCount is null
                    ? null
                    : (answerCount ?? 0) + (thoughts ?? 0),
            TotalTokenCount = total,
            CachedInputTokenCount = cachedCount,
            ReasoningTokenCount = thoughts,
            AdditionalCounts = UsageReading.Extras(
                (UsageReading.ImageInput, prompt.Image - (cached.Image ?? 0)),
                (UsageReading.AudioInput, prompt.Audio - (cached.Audio ?? 0)),
                (UsageReading.VideoInput, prompt.Video - (cached.Video ?? 0)),
                (UsageReading.ImageOutput, answer.Image),
                (UsageReading.AudioOutput, answer.Audio),
                (UsageReading.SearchCalls, searches)
            ),
        };

    /// <summary>A list of {"modality","tokenCount"}.</summary>
    private sealed class Modalities
    {
        public long? Image { get; private set; }
        public long? Audio { get; private set; }
        public long? Video { get; private set; }

        public void Read(ref Utf8JsonReader reader)
        {
            if (!reader.EnterArray())
                return;
            while (reader.NextItem())
            {
                if (!reader.EnterObject())
                    continue;
                string? modality = null;
                long? count = null;
                while (reader.NextProperty())
                {
                    if (reader.At("modality"u8))
                        modality = reader.Text();
                    else if (reader.At("tokenCount"u8))
                        count = reader.Count();
                    else
                        reader.Skip();
                }
                if (modality == "IMAGE")
                    Image = count ?? Image;
                else if (modality == "AUDIO")
                    Audio = count ?? Audio;
                else if (modality == "VIDEO")
                    Video = count ?? Video;
            }
        }
    }
}
