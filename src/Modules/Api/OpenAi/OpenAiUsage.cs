using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.OpenAi;

/// <summary>Usage in OpenAI's two shapes, with its price beside the standard fields.</summary>
internal static class OpenAiUsage
{
    public static void WriteChat(Utf8JsonWriter json, DirectEnd end) =>
        Write(json, end, "prompt_tokens", "completion_tokens");

    public static void WriteResponses(Utf8JsonWriter json, DirectEnd end) =>
        Write(json, end, "input_tokens", "output_tokens");

    private static void Write(Utf8JsonWriter json, DirectEnd end, string input, string output)
    {
        var tokens = end.Tokens ?? new UsageDetails();
        var (read, written) = (tokens.InputTokenCount ?? 0, tokens.OutputTokenCount ?? 0);
        json.WriteStartObject();
        json.WriteNumber(input, read);
        json.WriteNumber(output, written);
        json.WriteNumber("total_tokens", read + written);
        json.WriteStartObject(input + "_details");
        json.WriteNumber("cached_tokens", tokens.CachedInputTokenCount ?? 0);
        json.WriteEndObject();
        json.WriteStartObject(output + "_details");
        json.WriteNumber("reasoning_tokens", tokens.ReasoningTokenCount ?? 0);
        json.WriteEndObject();
        json.WriteString("cost_rub", end.Charged.ToInvariantNumber());
        json.WriteEndObject();
    }
}
