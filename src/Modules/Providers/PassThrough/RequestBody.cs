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
            var isOurs = IsOurs(ref reader, request.Protocol);
            reader.Read();
            reader.Skip();
            if (isOurs)
                continue;
            output.Write(","u8);
            output.Write(body[from..(int)reader.BytesConsumed]);
        }
        WriteOurs(output, request, dialect);
        output.Write("}"u8);
        return output;
    }

    /// <summary>A name in quotes.</summary>
    public static byte[] Json(string name) =>
        [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"'];

    private static bool IsOurs(ref Utf8JsonReader name, WireProtocol protocol) =>
        name.ValueTextEquals("model"u8)
        || protocol switch
        {
            WireProtocol.ChatCompletions => name.ValueTextEquals("max_tokens"u8)
                || name.ValueTextEquals("max_completion_tokens"u8)
                || name.ValueTextEquals("stream_options"u8)
                || name.ValueTextEquals("store"u8),
            WireProtocol.Responses => name.ValueTextEquals("max_output_tokens"u8)
                || name.ValueTextEquals("store"u8),
            _ => name.ValueTextEquals("max_tokens"u8),
        };

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
        Utf8Formatter.TryFormat(request.MaxOutputTokens, output.GetSpan(16), out var written);
        output.Advance(written);
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
