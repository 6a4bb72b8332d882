using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>An annotation "url_citation": its fields lie beside the type (Responses) or in an object of that name (chat).</summary>
internal static class OpenAiCitation
{
    /// <param name="offset">Where the text that the indexes count in begins in the answer.</param>
    public static TextContent? Read(ref Utf8JsonReader reader, int offset = 0)
    {
        if (!reader.EnterObject())
            return null;
        string? url = null;
        string? title = null;
        long? start = null;
        long? end = null;
        TextContent? nested = null;
        while (reader.NextProperty())
        {
            if (reader.At("url_citation"u8))
                nested = Read(ref reader, offset);
            else if (reader.At("url"u8))
                url = reader.Text();
            else if (reader.At("title"u8))
                title = reader.Text();
            else if (reader.At("start_index"u8))
                start = reader.Count();
            else if (reader.At("end_index"u8))
                end = reader.Count();
            else
                reader.Skip();
        }
        return url is null
            ? nested
            : Citations.Of(url, title, (int?)start + offset, (int?)end + offset);
    }
}
