using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>
/// groundingMetadata: pages, and which places of the text rest on them. The places are byte offsets in UTF-8; what we give
/// out counts in UTF-16.
/// </summary>
internal sealed class GeminiGrounding
{
    private readonly StringBuilder text = new();
    private readonly List<(string? Url, string? Title)> pages = [];
    private readonly List<(int Start, int? End, List<int> Pages)> places = [];
    private bool taken;

    public void Said(string piece) => text.Append(piece);

    /// <summary>Gives how many searches there were. A later report replaces an earlier one.</summary>
    public long Read(ref Utf8JsonReader reader)
    {
        var searches = 0;
        if (!reader.EnterObject())
            return searches;
        while (reader.NextProperty())
        {
            if (reader.At("webSearchQueries"u8))
                searches = CountItems(ref reader);
            else if (reader.At("groundingChunks"u8))
                ReadPages(ref reader);
            else if (reader.At("groundingSupports"u8))
                ReadPlaces(ref reader);
            else
                reader.Skip();
        }
        return searches;
    }

    /// <summary>The citations, once.</summary>
    public IEnumerable<TextContent> Take()
    {
        if (taken || places.Count == 0)
            yield break;
        taken = true;
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        foreach (var (start, end, cited) in places)
        {
            foreach (var index in cited.Where(index => index >= 0 && index < pages.Count))
            {
                if (pages[index] is ({ } url, var title))
                    yield return Citations.Of(url, title, Place(bytes, start), Place(bytes, end));
            }
        }
    }

    private static int? Place(byte[] text, int? offset) =>
        offset is { } at
            ? Encoding.UTF8.GetCharCount(text, 0, Math.Clamp(at, 0, text.Length))
            : null;

    private static int CountItems(ref Utf8JsonReader reader)
    {
        var count = 0;
        if (!reader.EnterArray())
            return count;
        for (; reader.NextItem(); count++)
            reader.Skip();
        return count;
    }

    private void ReadPages(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        pages.Clear();
        while (reader.NextItem())
        {
            (string? Url, string? Title) page = default;
            if (reader.EnterObject())
            {
                while (reader.NextProperty())
                {
                    if (reader.At("web"u8))
                        page = ReadPage(ref reader);
                    else
                        reader.Skip();
                }
            }
            // One that we cannot read keeps its number.
            pages.Add(page);
        }
    }

    private static (string?, string?) ReadPage(ref Utf8JsonReader reader)
    {
        string? url = null;
        string? title = null;
        if (!reader.EnterObject())
            return (url, title);
        while (reader.NextProperty())
        {
            if (reader.At("uri"u8))
                url = reader.Text();
            else if (reader.At("title"u8))
                title = reader.Text();
            else
                reader.Skip();
        }
        return (url, title);
    }

    private void ReadPlaces(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        places.Clear();
        while (reader.NextItem())
        {
            var cited = new List<int>();
            // A start of zero is not written.
            var (start, end) = (0, (int?)null);
            if (!reader.EnterObject())
                continue;
            while (reader.NextProperty())
            {
                if (reader.At("segment"u8))
                    (start, end) = ReadSegment(ref reader);
                else if (reader.At("groundingChunkIndices"u8))
                    ReadIndices(ref reader, cited);
                else
                    reader.Skip();
            }
            places.Add((start, end, cited));
        }
    }

    private static (int Start, int? End) ReadSegment(ref Utf8JsonReader reader)
    {
        long? start = null;
        long? end = null;
        if (!reader.EnterObject())
            return (0, null);
        while (reader.NextProperty())
        {
            if (reader.At("startIndex"u8))
                start = reader.Count();
            else if (reader.At("endIndex"u8))
                end = reader.Count();
            else
                reader.Skip();
        }
        return ((int)Math.Clamp(start ?? 0, 0, int.MaxValue), (int?)end);
    }

    private static void ReadIndices(ref Utf8JsonReader reader, List<int> cited)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            if (reader.Count() is { } index and >= 0 and < int.MaxValue)
                cited.Add((int)index);
        }
    }
}
