using Microsoft.Extensions.AI;
using NetRoom.Catalog;

namespace NetRoom.Providers.Transport;

/// <summary>The reasoning effort to ask for: what the caller wants, bent to what the catalogue says the model accepts.</summary>
internal static class Efforts
{
    public const string None = "none";

    private static readonly string[] Ranks =
    [
        None,
        "minimal",
        "low",
        "medium",
        "high",
        "xhigh",
        "max",
    ];

    /// <summary>Null when nothing was asked, or the model does not reason on request.</summary>
    public static string? Wanted(ModelInfo model, ChatOptions? options)
    {
        if (Asked(options) is not { } asked || !model.Reasons)
            return null;
        var rank = Array.IndexOf(Ranks, asked);
        // A word that we do not know may be one that the provider does.
        if (rank < 0 || model.Efforts.Contains(asked, StringComparer.Ordinal))
            return asked;
        return model.Efforts.MinBy(effort => Math.Abs(Array.IndexOf(Ranks, effort) - rank));
    }

    private static string? Asked(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(StreamMarks.ReasoningEffort, out var word)
            == true
        && word is string { Length: > 0 } said
            ? said
            : options?.Reasoning?.Effort switch
            {
                ReasoningEffort.None => None,
                ReasoningEffort.Low => "low",
                ReasoningEffort.Medium => "medium",
                ReasoningEffort.High => "high",
                ReasoningEffort.ExtraHigh => "xhigh",
                _ => null,
            };
}
