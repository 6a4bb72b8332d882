using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace NetRoom.Providers.OpenAi;

/// <summary>OpenRouter's reasoning_details: pieces of one entry come one after the other and are wanted back joined.</summary>
internal sealed class OpenAiReasoningDetails
{
    private static readonly string[] Texts = ["text", "summary", "data"];
    private readonly JsonArray entries = [];
    private bool given;

    public void Add(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonArray pieces)
                return;
            foreach (var piece in pieces.OfType<JsonObject>())
                Add(piece);
        }
        // Half of a surrogate pair, or a name twice: what cannot go back unchanged does not go back at all.
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            given = true;
        }
    }

    /// <summary>Null when there were none, or they were given already.</summary>
    public TextReasoningContent? Whole()
    {
        if (given || entries.Count == 0)
            return null;
        given = true;
        return new TextReasoningContent(string.Empty) { ProtectedData = entries.ToJsonString() };
    }

    private void Add(JsonObject piece)
    {
        if (entries.LastOrDefault() is not JsonObject last || !Continues(last, piece))
        {
            entries.Add(piece.DeepClone());
            return;
        }
        foreach (var (name, value) in piece)
        {
            if (value is null)
                continue;
            last[name] =
                Texts.Contains(name) && last[name] is { } before
                    ? JsonValue.Create($"{before}{value}")
                    : value.DeepClone();
        }
    }

    private static bool Continues(JsonObject last, JsonObject piece) =>
        JsonNode.DeepEquals(last["type"], piece["type"])
        && JsonNode.DeepEquals(last["index"], piece["index"])
        && piece["index"] is not null;
}
