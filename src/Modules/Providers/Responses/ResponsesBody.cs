using System.Runtime.InteropServices;
using System.Text.Json;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Responses;

/// <summary>A response object, as events carry it and as it comes alone.</summary>
/// <param name="Reason">Why it is incomplete.</param>
/// <param name="Searches">Searches of the web, counted beside the usage; null if the provider does not count them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ResponsesBody(
    bool IsResponse,
    string? Id,
    string? Model,
    string? Status,
    string? Reason,
    long? Searches,
    Range Output,
    Range Usage
)
{
    public static ResponsesBody Read(ReadOnlySpan<byte> json)
    {
        var body = default(ResponsesBody);
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
            return body;
        while (reader.NextProperty())
        {
            if (reader.At("id"u8))
                body = body with { Id = Something(reader.Text()) };
            else if (reader.At("model"u8))
                body = body with { Model = Something(reader.Text()) };
            else if (reader.At("status"u8))
                body = body with { Status = Something(reader.Text()) };
            else if (reader.At("output"u8))
                body = body with { IsResponse = true, Output = reader.Place() };
            else if (reader.At("usage"u8))
                body = body with { Usage = reader.Place() };
            else if (reader.At("incomplete_details"u8))
                body = body with { Reason = ReadReason(ref reader) };
            else if (reader.At("tool_usage"u8))
                body = body with { Searches = ReadSearches(ref reader) };
            else
                reader.Skip();
        }
        return body;
    }

    private static string? ReadReason(ref Utf8JsonReader reader)
    {
        string? reason = null;
        if (!reader.EnterObject())
            return reason;
        while (reader.NextProperty())
        {
            if (reader.At("reason"u8))
                reason = Something(reader.Text());
            else
                reader.Skip();
        }
        return reason;
    }

    /// <summary>Of "tool_usage"; null if it does not count searches.</summary>
    public static long? ReadSearches(ref Utf8JsonReader reader)
    {
        long? searches = null;
        if (!reader.EnterObject())
            return searches;
        while (reader.NextProperty())
        {
            if (reader.At("num_requests"u8))
                searches = reader.Count() ?? searches;
            else if (reader.At("web_search"u8))
                searches = ReadSearches(ref reader) ?? searches;
            else
                reader.Skip();
        }
        return searches;
    }

    private static string? Something(string? text) => text is { Length: > 0 } ? text : null;
}
