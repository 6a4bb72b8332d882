using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>The usage object: cached tokens are part of the prompt, reasoning is part of the completion.</summary>
internal static class OpenAiUsage
{
    public static void Write(Utf8JsonWriter json, Call call, Quirks quirks)
    {
        var share = quirks.HasFlag(Quirks.ZeroUsage) ? 0 : 1;
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", call.InputTokens * share);
        json.WriteNumber("completion_tokens", call.OutputTokens * share);
        json.WriteNumber("total_tokens", (call.InputTokens + call.OutputTokens) * share);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", call.CachedTokens * share);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", call.ReasoningTokens * share);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
