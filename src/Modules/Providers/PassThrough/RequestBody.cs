using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using NetRoom.Catalog;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>
/// The caller's request as the provider gets it: members that must be ours are written anew, all others go byte for byte. A member
/// that is there twice is written once, so that nobody reads another value than we did.
/// </summary>
internal static class RequestBody
{
    public static ArrayBufferWriter<byte> Write(
        PassThroughRequest request,
        string wireName,
        OpenAiDialect dialect
    )
    {
        var body = request.Body.Span;
        var output = new ArrayBufferWriter<byte>(body.Length + 256);
        output.Write("{\"model\":"u8);
        output.Write(Json(wireName));
        var reader = JsonWalk.Over(body);
        reader.Read();
        reader.EnterObject();
        while (reader.NextProperty())
        {
            var from = (int)reader.TokenStartIndex;
            var isOurs = IsOurs(ref reader, request);
            var isTools =
                request is { Protocol: WireProtocol.Messages, MostSearches: > 0 }
                && reader.ValueTextEquals("tools"u8);
            reader.Read();
            var at = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isOurs)
                continue;
            output.Write(","u8);
            if (isTools)
                WriteTools(output, body[at..(int)reader.BytesConsumed], request.MostSearches);
            else
                output.Write(body[from..(int)reader.BytesConsumed]);
        }
        WriteOurs(output, request, dialect);
        output.Write("}"u8);
        return output;
    }

    /// <summary>A name in quotes.</summary>
    public static byte[] Json(string name) =>
        [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"'];

    private static bool IsOurs(ref Utf8JsonReader name, PassThroughRequest request) =>
        name.ValueTextEquals("model"u8)
        || request.Protocol switch
        {
            WireProtocol.ChatCompletions => name.ValueTextEquals("max_tokens"u8)
                || name.ValueTextEquals("max_completion_tokens"u8)
                || name.ValueTextEquals("stream_options"u8)
                || name.ValueTextEquals("store"u8),
            WireProtocol.Responses => name.ValueTextEquals("max_output_tokens"u8)
                || name.ValueTextEquals("store"u8)
                || (request.MostSearches > 0 && name.ValueTextEquals("max_tool_calls"u8)),
            _ => name.ValueTextEquals("max_tokens"u8),
        };

    // The tool of the search has the limit inside; what else the tools say stays as it is written.
    private static void WriteTools(
        ArrayBufferWriter<byte> output,
        ReadOnlySpan<byte> tools,
        int mostSearches
    )
    {
        output.Write("\"tools\":["u8);
        var reader = JsonWalk.Over(tools);
        reader.Read();
        reader.EnterArray();
        for (var isFirst = true; reader.NextItem(); isFirst = false)
        {
            if (!isFirst)
                output.Write(","u8);
            var from = (int)reader.TokenStartIndex;
            var look = reader;
            reader.Skip();
            var tool = tools[from..(int)reader.BytesConsumed];
            if (IsSearch(look))
                WriteSearch(output, tool, mostSearches);
            else
                output.Write(tool);
        }
        output.Write("]"u8);
    }

    private static bool IsSearch(Utf8JsonReader tool)
    {
        var found = false;
        if (!tool.EnterObject())
            return found;
        while (tool.NextProperty())
        {
            if (tool.At("type"u8))
                found = tool.Text()?.StartsWith("web_search_", StringComparison.Ordinal) == true;
            else
                tool.Skip();
        }
        return found;
    }

    private static void WriteSearch(
        ArrayBufferWriter<byte> output,
        ReadOnlySpan<byte> tool,
        int mostSearches
    )
    {
        output.Write("{\"max_uses\":"u8);
        Write(output, mostSearches);
        var reader = JsonWalk.Over(tool);
        reader.Read();
        reader.EnterObject();
        while (reader.NextProperty())
        {
            var from = (int)reader.TokenStartIndex;
            var isLimit = reader.ValueTextEquals("max_uses"u8);
            reader.Read();
            reader.Skip();
            if (isLimit)
                continue;
            output.Write(","u8);
            output.Write(tool[from..(int)reader.BytesConsumed]);
        }
        output.Write("}"u8);
    }

    private static void Write(ArrayBufferWriter<byte> output, int number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(16), out var written);
        output.Advance(written);
    }

    private static void WriteOurs(
        ArrayBufferWriter<byte> output,
        PassThroughRequest request,
        OpenAiDialect dialect
    )
    {
        output.Write(
            request.Protocol switch
            {
                WireProtocol.Responses => ",\"store\":false,\"max_output_tokens\":"u8,
                WireProtocol.ChatCompletions when dialect.CompletionTokens =>
                    ",\"max_completion_tokens\":"u8,
                _ => ",\"max_tokens\":"u8,
            }
        );
        Write(output, request.MaxOutputTokens);
        if (request is { Protocol: WireProtocol.Responses, MostSearches: > 0 })
        {
            output.Write(",\"max_tool_calls\":"u8);
            Write(output, request.MostSearches);
        }
        if (request is not { Protocol: WireProtocol.ChatCompletions, Stream: true })
            return;
        if (dialect.Obfuscates)
            output.Write(
                ",\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}"u8
            );
        else if (dialect.StreamOptions)
            output.Write(",\"stream_options\":{\"include_usage\":true}"u8);
    }
}
