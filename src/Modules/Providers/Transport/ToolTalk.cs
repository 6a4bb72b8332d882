using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace NetRoom.Providers.Transport;

/// <summary>Calls of tools and their results, between Microsoft.Extensions.AI and the wire.</summary>
internal static class ToolTalk
{
    private const string Nothing = "{}";

    // The library's own options indent.
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A call as the model made it: no arguments mean an empty object, and broken JSON stays as it came.</summary>
    public static FunctionCallContent Called(string id, string name, string? arguments)
    {
        var raw = string.IsNullOrWhiteSpace(arguments) ? Nothing : arguments;
        return new FunctionCallContent(id, name, Parse(raw)) { RawRepresentation = raw };
    }

    /// <summary>The arguments as the model wrote them; they may be no JSON.</summary>
    public static string ArgumentsOf(FunctionCallContent call) =>
        call.RawRepresentation is string { Length: > 0 } raw ? raw
        : call.Arguments is { Count: > 0 } arguments ? JsonSerializer.Serialize(arguments, Compact)
        : Nothing;

    /// <summary>The arguments for a protocol that takes an object only: broken JSON goes inside one, as text.</summary>
    public static JsonElement ObjectOf(FunctionCallContent call)
    {
        var raw = ArgumentsOf(call);
        return AsObject(raw) ?? Wrapped("arguments", raw);
    }

    /// <summary>The result for a protocol that takes an object only.</summary>
    public static JsonElement ObjectOf(FunctionResultContent result)
    {
        var text = TextOf(result);
        return AsObject(text) ?? Wrapped(result.Exception is null ? "result" : "error", text);
    }

    public static string TextOf(FunctionResultContent result) =>
        result.Result switch
        {
            null => result.Exception?.Message ?? string.Empty,
            string text => text,
            TextContent text => text.Text,
            IEnumerable<AIContent> parts => string.Concat(
                parts.OfType<TextContent>().Select(part => part.Text)
            ),
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString() ?? "",
            JsonElement json => json.GetRawText(),
            var other => JsonSerializer.Serialize(other, Compact),
        };

    /// <summary>Pictures and files that the tool gave beside its text.</summary>
    public static IEnumerable<DataContent> FilesOf(FunctionResultContent result) =>
        result.Result is IEnumerable<AIContent> parts ? parts.OfType<DataContent>() : [];

    public static bool? IsStrict(IReadOnlyDictionary<string, object?>? properties) =>
        properties?.GetValueOrDefault(StreamMarks.Strict) switch
        {
            bool strict => strict,
            JsonElement { ValueKind: JsonValueKind.True } => true,
            JsonElement { ValueKind: JsonValueKind.False } => false,
            _ => null,
        };

    /// <summary>How often the provider may search; null: as often as it likes.</summary>
    public static int? MostSearches(ChatOptions? options) =>
        options?.AdditionalProperties?.GetValueOrDefault(StreamMarks.MostSearches) as int?;

    public static ProviderException Unsupported(string provider, string what) =>
        new(ProviderErrorKind.BadRequest, $"{provider} does not take {what} here.");

    private static Dictionary<string, object?>? Parse(string raw)
    {
        try
        {
            return AsObject(raw)
                ?.EnumerateObject()
                .GroupBy(property => property.Name, StringComparer.Ordinal)
                .ToDictionary(
                    group => group.Key,
                    group => (object?)group.Last().Value,
                    StringComparer.Ordinal
                );
        }
        // A name with half of a surrogate pair cannot become a string.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? AsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Wrapped(string name, string text) =>
        JsonSerializer.SerializeToElement(
            new Dictionary<string, string>(StringComparer.Ordinal) { [name] = text },
            Compact
        );
}
