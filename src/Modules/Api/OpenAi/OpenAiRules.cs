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

    /// <summary>Functions of the caller's own pass, tools that run elsewhere at a price of their own do not.</summary>
    public static void AddTools(ref Utf8JsonReader reader, PromptMeter prompt)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RefusedRequestException.Invalid("'tools' must be an array.", "tools");
        var look = reader;
        prompt.AddRaw(ref reader);
        while (look.Read() && look.TokenType != JsonTokenType.EndArray)
            CheckTool(ref look);
    }

    private static void CheckTool(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedRequestException.Invalid("A tool must be an object.", "tools");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (
                isType
                && !(
                    reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("function"u8) || reader.ValueTextEquals("custom"u8))
                )
            )
                throw RefusedRequestException.Unsupported(
                    "tools",
                    "only tools of the type 'function' or 'custom' pass."
                );
            reader.Skip();
        }
    }
}
