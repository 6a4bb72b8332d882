using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.OpenAi;

/// <summary>OpenAI's usage objects of media in disjoint units.</summary>
internal static class OpenAiMediaUsage
{
    /// <param name="output">What the answer's tokens are where their details do not say.</param>
    public static Usage? Read(JsonElement usage, UnitKind output)
    {
        if (usage.Text("type") == "duration" && usage.Number("seconds") is { } seconds)
            return new Usage([new(UnitKind.AudioSecond, (long)decimal.Ceiling(seconds))]);
        var all = usage.Count("input_tokens") ?? usage.Count("prompt_tokens");
        if (all is not { } input)
            return null;
        var inputs = Details(usage, "input_tokens_details", "input_token_details");
        var images = inputs.Count("image_tokens") ?? 0;
        var audio = inputs.Count("audio_tokens") ?? 0;
        var outputs = Details(usage, "output_tokens_details", "output_token_details");
        var produced = usage.Count("output_tokens") ?? usage.Count("completion_tokens") ?? 0;
        // A planning model's own words beside the picture.
        var words = output == UnitKind.Output ? 0 : outputs.Count("text_tokens") ?? 0;
        UnitCount[] counts =
        [
            new(UnitKind.Input, Math.Max(0, input - images - audio)),
            new(UnitKind.ImageInput, images),
            new(UnitKind.AudioInput, audio),
            new(output, Math.Max(0, produced - words)),
            new(UnitKind.Output, words),
        ];
        return new Usage([.. counts.Where(count => count.Quantity > 0)]);
    }

    public static string? Raw(JsonElement usage) =>
        usage.ValueKind == JsonValueKind.Object ? usage.GetRawText() : null;

    private static JsonElement Details(JsonElement usage, string name, string otherName) =>
        usage.Look(name) is { ValueKind: JsonValueKind.Object } details
            ? details
            : usage.Look(otherName);
}
