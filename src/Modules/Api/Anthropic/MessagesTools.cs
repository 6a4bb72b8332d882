using System.Text.Json;
using NetRoom.Api.Calls;

namespace NetRoom.Api.Anthropic;

/// <summary>Tools of the caller's own pass; of those that the provider runs, which have prices of their own, the search of the web does.</summary>
internal static class MessagesTools
{
    public static void Add(ref Utf8JsonReader reader, TextAsk ask)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong("tools: Input should be a valid list");
        var look = reader;
        ask.Prompt.AddRaw(ref reader);
        while (look.Read() && look.TokenType == JsonTokenType.StartObject)
        {
            if (SearchesOf(ref look) is not { } searches)
                continue;
            if (ask.Searches > 0)
                throw Wrong("tools: the search of the web can be there once");
            ask.Searches = searches;
        }
    }

    /// <summary>Null for a tool that is no search.</summary>
    private static int? SearchesOf(ref Utf8JsonReader tool)
    {
        var isSearch = false;
        int? most = null;
        while (tool.Read() && tool.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref tool, "type"u8))
                isSearch = tool.TokenType == JsonTokenType.String && IsSearch(tool.GetString()!);
            else if (Is(ref tool, "max_uses"u8))
                most = Limit(ref tool);
            else
                tool.Read();
            tool.Skip();
        }
        return isSearch ? WebSearch.AtMost(most) : null;
    }

    private static bool IsSearch(string type) =>
        type switch
        {
            Messages.Search => true,
            "custom" => false,
            _ => throw RefusedRequestException.Unsupported(
                "tools",
                $"only tools that you run yourself and '{Messages.Search}' pass."
            ),
        };

    private static int? Limit(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number when reader.TryGetInt32(out var limit) && limit > 0 => limit,
            _ => throw Wrong("tools: max_uses should be a whole number of at least 1"),
        };

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();

    private static RefusedRequestException Wrong(string message) =>
        RefusedRequestException.Invalid(message);
}
