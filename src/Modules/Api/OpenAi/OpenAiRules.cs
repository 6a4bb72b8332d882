using System.Text.Json;
using NetRoom.Api.Calls;

namespace NetRoom.Api.OpenAi;

/// <summary>What OpenAI's two protocols for text have in common: fields that would cost more than was quoted, or need another's storage.</summary>
internal static class OpenAiRules
{
    public static bool True(ref Utf8JsonReader reader, string name) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw RefusedRequestException.Invalid($"'{name}' must be true or false.", name),
        };

    public static string Model(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : throw RefusedRequestException.Invalid("'model' must be a string.", "model");

    public static int? Limit(ref Utf8JsonReader reader, string name) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number when reader.TryGetInt32(out var limit) && limit >= 1 => limit,
            _ => throw RefusedRequestException.Invalid(
                $"'{name}' must be a whole number of at least 1.",
                name
            ),
        };

    /// <summary>Other tiers cost what no price of ours says.</summary>
    public static void CheckTier(ref Utf8JsonReader reader)
    {
        if (
            reader.TokenType == JsonTokenType.String
            && !reader.ValueTextEquals("auto"u8)
            && !reader.ValueTextEquals("default"u8)
        )
            throw RefusedRequestException.Unsupported(
                "service_tier",
                "requests run at the ordinary tier."
            );
    }

    public static void CheckStore(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.True)
            throw RefusedRequestException.Unsupported("store", "answers are not stored.");
    }

    public static void CheckAbsent(ref Utf8JsonReader reader, string name, string why)
    {
        if (reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
            throw RefusedRequestException.Unsupported(name, why);
    }

    /// <summary>
    /// Functions of the caller's own pass, tools that run elsewhere at a price of their own do not, but for the search of the web.
    /// </summary>
    /// <returns>Whether there is such a search among them.</returns>
    public static bool AddTools(ref Utf8JsonReader reader, PromptMeter prompt, bool maySearch)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return false;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RefusedRequestException.Invalid("'tools' must be an array.", "tools");
        var look = reader;
        prompt.AddRaw(ref reader);
        var searches = false;
        while (look.Read() && look.TokenType != JsonTokenType.EndArray)
            searches |= IsSearch(ref look, maySearch);
        return searches;
    }

    /// <summary>The names that the search of the web has had, dated ones included.</summary>
    public static bool IsSearch(string? type) =>
        type is "web_search" or "web_search_2025_08_26"
        || type?.StartsWith("web_search_preview", StringComparison.Ordinal) == true;

    private static bool IsSearch(ref Utf8JsonReader reader, bool maySearch)
    {
        var isSearch = false;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid("A tool must be an object.", "tools");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            var type =
                isType && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            if (maySearch && IsSearch(type))
                isSearch = true;
            else if (isType && type is not ("function" or "custom"))
                throw RefusedRequestException.Unsupported(
                    "tools",
                    maySearch
                        ? "only tools of the type 'function', 'custom' or 'web_search' pass."
                        : "only tools of the type 'function' or 'custom' pass. For a search of the web send 'web_search_options'."
                );
            reader.Skip();
        }
        return isSearch;
    }
}
