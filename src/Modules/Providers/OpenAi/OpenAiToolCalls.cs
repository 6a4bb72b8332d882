using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.OpenAi;

/// <summary>Puts tool calls together from their deltas, in all the shapes that are about.</summary>
internal sealed class OpenAiToolCalls
{
    private sealed class Call
    {
        public long? Index { get; init; }
        public string? Id { get; set; }
        public string? Name { get; set; }
        public StringBuilder Arguments { get; } = new();
    }

    private readonly List<Call> calls = [];
    private int given;

    public bool Any => calls.Count > 0;

    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.EnterArray())
            return;
        for (var position = 0; reader.NextItem(); position++)
            ReadCall(ref reader, json, position);
    }

    /// <summary>The calls that were not given out yet.</summary>
    public IEnumerable<FunctionCallContent> Whole(string? responseId)
    {
        for (; given < calls.Count; given++)
        {
            var call = calls[given];
            if (call.Name is not null)
                yield return ToolTalk.Called(
                    call.Id ?? $"call_{responseId}_{given}",
                    call.Name,
                    call.Arguments.ToString()
                );
        }
    }

    private void ReadCall(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int position)
    {
        if (!reader.EnterObject())
            return;
        long? index = null;
        string? id = null;
        string? name = null;
        string? arguments = null;
        while (reader.NextProperty())
        {
            if (reader.At("index"u8))
                index = reader.Count();
            else if (reader.At("id"u8))
                id = Something(reader.Text());
            else if (reader.At("function"u8))
                ReadFunction(ref reader, json, ref name, ref arguments);
            else
                reader.Skip();
        }
        var call = Find(index, id, name, position);
        call.Id ??= id;
        // Mistral repeats the name as an empty text.
        call.Name ??= name;
        call.Arguments.Append(arguments);
    }

    private static void ReadFunction(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> json,
        ref string? name,
        ref string? arguments
    )
    {
        if (!reader.EnterObject())
            return;
        while (reader.NextProperty())
        {
            if (reader.At("name"u8))
                name = Something(reader.Text());
            else if (!reader.At("arguments"u8))
                reader.Skip();
            // Some give the object itself instead of its text.
            else if (reader.TokenType == JsonTokenType.StartObject)
                arguments = Encoding.UTF8.GetString(reader.Raw(json));
            else
                arguments = reader.Text();
        }
    }

    // By index; without one by id; without both by place, or the call under way when nothing new is named.
    private Call Find(long? index, string? id, string? name, int position)
    {
        var known =
            index is not null ? calls.FindLast(call => call.Index == index)
            : id is not null ? calls.Find(call => call.Id == id)
            : name is null ? calls.ElementAtOrDefault(position) ?? calls.LastOrDefault()
            : null;
        // One server gives every call the index 0.
        if (known is not null && !(id is not null && name is not null && known.Id != id))
            return known;
        var made = new Call { Index = index, Id = id };
        calls.Add(made);
        return made;
    }

    private static string? Something(string? text) => text is { Length: > 0 } ? text : null;
}
