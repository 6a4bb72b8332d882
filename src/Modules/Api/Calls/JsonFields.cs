using System.Text.Json;
using Microsoft.Extensions.AI;

namespace NetRoom.Api.Calls;

/// <summary>Reads members of a request that is being translated: what is null is as good as absent, what is wrong is refused.</summary>
internal static class JsonFields
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            _ => throw RefusedRequestException.Invalid($"'{name}' must be a string.", name),
        };

    public static string Needed(this JsonElement element, string name) =>
        element.Text(name) ?? throw RefusedRequestException.Invalid($"'{name}' is missing.", name);

    public static float? Number(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number => number.GetSingle(),
            _ => throw RefusedRequestException.Invalid($"'{name}' must be a number.", name),
        };

    public static bool? Flag(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            _ => throw RefusedRequestException.Invalid($"'{name}' must be true or false.", name),
        };

    /// <summary>The items of an array; none if there is no such member.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
            _ => throw RefusedRequestException.Invalid($"'{name}' must be an array.", name),
        };

    /// <summary>Strings, or one of them.</summary>
    public static List<string>? Texts(this JsonElement element, string name) =>
        element.Member(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(Word)],
            _ => throw RefusedRequestException.Invalid($"'{name}' must be text.", name),
        };

    /// <summary>Arguments as a model wrote them; they may be no JSON.</summary>
    public static FunctionCallContent Call(string id, string name, string arguments) =>
        new(id, name, Parsed(arguments)) { RawRepresentation = arguments };

    /// <summary>The data of a data URL, or a link that the model's provider follows.</summary>
    public static AIContent Media(string url, string mediaType) =>
        url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Data(() => new(url))
        : Uri.TryCreate(url, UriKind.Absolute, out var link) && link.Scheme is "https" or "http"
            ? new UriContent(link, mediaType)
        : throw RefusedRequestException.Invalid(
            "A URL must be a data URL or begin with https://.",
            "url"
        );

    public static DataContent Base64(string data, string mediaType) =>
        Data(() => new DataContent($"data:{mediaType};base64,{data}"));

    private static DataContent Data(Func<DataContent> make)
    {
        try
        {
            return make();
        }
        catch (Exception bad)
            when (bad is ArgumentException or UriFormatException or FormatException)
        {
            throw RefusedRequestException.Invalid("A file in the request is not valid base64.");
        }
    }

    private static string Word(JsonElement item) =>
        item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw RefusedRequestException.Invalid("A text was expected in an array of texts.");

    private static Dictionary<string, object?>? Parsed(string arguments)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
