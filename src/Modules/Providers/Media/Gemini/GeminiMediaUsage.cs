using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>usageMetadata and the usage of Interactions in disjoint units, by modality; what the details leave over is text.</summary>
internal static class GeminiMediaUsage
{
    public static Usage? OfContent(JsonElement usage)
    {
        if (usage.Count("promptTokenCount") is not { } prompt)
            return null;
        var cached = usage.Count("cachedContentTokenCount") ?? 0;
        var input = prompt - cached + (usage.Count("toolUsePromptTokenCount") ?? 0);
        var candidates = usage.Count("candidatesTokenCount") ?? 0;
        return Split(
            input,
            By(usage.Items("promptTokensDetails"), "tokenCount"),
            cached,
            candidates,
            By(usage.Items("candidatesTokensDetails"), "tokenCount"),
            usage.Count("thoughtsTokenCount") ?? 0
        );
    }

    public static Usage? OfInteraction(JsonElement usage)
    {
        if (usage.Count("total_output_tokens") is not { } output)
            return null;
        var cached = usage.Count("total_cached_tokens") ?? 0;
        var input =
            (usage.Count("total_input_tokens") ?? 0)
            - cached
            + (usage.Count("total_tool_use_tokens") ?? 0);
        return Split(
            input,
            By(usage.Items("input_tokens_by_modality"), "tokens"),
            cached,
            output,
            By(usage.Items("output_tokens_by_modality"), "tokens"),
            usage.Count("total_thought_tokens") ?? 0
        );
    }

    public static string? Raw(JsonElement usage) =>
        usage.ValueKind == JsonValueKind.Object ? usage.GetRawText() : null;

    private static Usage Split(
        long input,
        ILookup<string, long> inputs,
        long cached,
        long output,
        ILookup<string, long> outputs,
        long thoughts
    )
    {
        UnitCount[] special =
        [
            new(UnitKind.ImageInput, inputs["IMAGE"].Sum()),
            new(UnitKind.AudioInput, inputs["AUDIO"].Sum()),
            new(UnitKind.VideoInput, inputs["VIDEO"].Sum()),
        ];
        UnitCount[] produced =
        [
            new(UnitKind.ImageOutput, outputs["IMAGE"].Sum()),
            new(UnitKind.AudioOutput, outputs["AUDIO"].Sum()),
            new(UnitKind.VideoOutput, outputs["VIDEO"].Sum()),
        ];
        UnitCount[] counts =
        [
            new(UnitKind.Input, Math.Max(0, input - special.Sum(count => count.Quantity))),
            new(UnitKind.CachedInput, cached),
            .. special,
            new(UnitKind.Output, Math.Max(0, output - produced.Sum(count => count.Quantity))),
            new(UnitKind.Reasoning, thoughts),
            .. produced,
        ];
        return new Usage([.. counts.Where(count => count.Quantity > 0)]);
    }

    private static ILookup<string, long> By(IEnumerable<JsonElement> details, string count) =>
        details.ToLookup(
            detail => detail.Text("modality") ?? "",
            detail => detail.Count(count) ?? 0,
            StringComparer.OrdinalIgnoreCase
        );
}
