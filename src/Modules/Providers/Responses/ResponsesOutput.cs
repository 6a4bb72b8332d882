using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>A whole output, item by item.</summary>
internal abstract record ResponsesOutput
{
    public sealed record Words(string Text, bool Refuses) : ResponsesOutput;

    public sealed record Thought(string Text) : ResponsesOutput;

    /// <summary>What the item itself gives, or a citation of the words before it.</summary>
    public sealed record Item(AIContent Content) : ResponsesOutput;

    public static List<ResponsesOutput> Read(ReadOnlySpan<byte> json, ResponsesItems items)
    {
        var output = new List<ResponsesOutput>();
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterArray())
            return output;
        // Words that are still to be said: citations count from where their part begins.
        var ahead = items.TextLength;
        while (reader.NextItem())
        {
            var item = reader.Raw(json);
            ReadItem(item, output, ref ahead);
            if (items.Done(item) is { } content)
                output.Add(new Item(content));
        }
        return output;
    }

    private static void ReadItem(
        ReadOnlySpan<byte> json,
        List<ResponsesOutput> output,
        ref int ahead
    )
    {
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("content"u8))
                ReadParts(ref reader, output, ref ahead, isSummary: false);
            else if (reader.At("summary"u8))
                ReadParts(ref reader, output, ref ahead, isSummary: true);
            else
                reader.Skip();
        }
    }

    private static void ReadParts(
        ref Utf8JsonReader reader,
        List<ResponsesOutput> output,
        ref int ahead,
        bool isSummary
    )
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            if (!reader.EnterObject())
                continue;
            string? type = null;
            string? text = null;
            var citations = new List<ResponsesOutput>();
            while (reader.NextProperty())
            {
                if (reader.At("type"u8))
                    type = reader.Text();
                else if (reader.At("text"u8) || reader.At("refusal"u8))
                    text = reader.Text();
                else if (reader.At("annotations"u8))
                    ReadCitations(ref reader, citations, ahead);
                else
                    reader.Skip();
            }
            if (text is null)
                continue;
            if (isSummary || type == "reasoning_text")
                output.Add(new Thought(text));
            else
            {
                output.Add(new Words(text, type == "refusal"));
                output.AddRange(citations);
                ahead += text.Length;
            }
        }
    }

    private static void ReadCitations(
        ref Utf8JsonReader reader,
        List<ResponsesOutput> citations,
        int offset
    )
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextItem())
        {
            if (OpenAi.OpenAiCitation.Read(ref reader, offset) is { } citation)
                citations.Add(new Item(citation));
        }
    }
}
