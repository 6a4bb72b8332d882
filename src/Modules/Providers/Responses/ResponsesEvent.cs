using System.Runtime.InteropServices;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>The fields of an event that matter. Objects are places in its bytes: most are never read.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ResponsesEvent(
    string? Type,
    string? Delta,
    long SummaryIndex,
    bool HasError,
    Range Annotation,
    Range Item,
    Range Response
)
{
    public static ResponsesEvent Read(ReadOnlySpan<byte> json)
    {
        var found = default(ResponsesEvent);
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
            return found with { HasError = true };
        while (reader.NextProperty())
        {
            if (reader.At("type"u8))
                found = found with { Type = reader.Text() };
            else if (reader.At("delta"u8))
                found = found with { Delta = reader.Text() };
            else if (reader.At("summary_index"u8))
                found = found with { SummaryIndex = reader.Count() ?? 0 };
            else if (reader.At("annotation"u8))
                found = found with { Annotation = reader.Place() };
            else if (reader.At("item"u8))
                found = found with { Item = reader.Place() };
            else if (reader.At("response"u8))
                found = found with { Response = reader.Place() };
            else if (reader.At("error"u8))
                found = found with { HasError = !reader.Place().Equals(default) };
            else
                reader.Skip();
        }
        return found;
    }
}
