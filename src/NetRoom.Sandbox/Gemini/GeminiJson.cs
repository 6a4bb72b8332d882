using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetRoom.Sandbox.Gemini;

/// <summary>Google takes its names in camel and in snake case.</summary>
internal static class GeminiJson
{
    // Below these, names are the caller's own.
    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "args",
        "response",
        "parameters",
        "parametersJsonSchema",
        "responseSchema",
        "responseJsonSchema",
        "labels",
    };

    public static JsonElement Camel(this JsonElement element) =>
        JsonSerializer.SerializeToElement(Camel(JsonNode.Parse(element.GetRawText())));

    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static int? Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt32(out var value)
            ? value
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static JsonNode? Camel(JsonNode? node) =>
        node switch
        {
            JsonArray list => new JsonArray([.. list.Select(Camel)]),
            JsonObject named => new JsonObject(
                named.Select(field =>
                {
                    var name = CamelName(field.Key);
                    var value = Foreign.Contains(name)
                        ? field.Value?.DeepClone()
                        : Camel(field.Value);
                    return KeyValuePair.Create(name, value);
                })
            ),
            _ => node?.DeepClone(),
        };

    private static string CamelName(string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 2
            ? name
            : words[0]
                + string.Concat(
                    words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..])
                );
    }
}
