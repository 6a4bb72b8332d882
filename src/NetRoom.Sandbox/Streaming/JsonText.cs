using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace NetRoom.Sandbox.Streaming;

/// <summary>
/// JSON string content straight into a buffer. The framework's writer refuses half of a surrogate pair, and sending
/// halves is one of the sandbox's duties.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 32).Select(code => (char)code))
    );

    /// <summary>Letters of any language go out as they are, the way providers send them.</summary>
    public static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Appends UTF-8 bytes as they are.</summary>
    public static void Raw(this IBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes) =>
        buffer.Write(bytes);

    /// <summary>Appends text escaped for the inside of a JSON string.</summary>
    public static void Escaped(this IBufferWriter<byte> buffer, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Special);
            plain = plain < 0 ? text.Length : plain;
            var written = Plain(buffer, text[..plain]);
            text = text[written..];
            if (!text.IsEmpty)
            {
                Code(buffer, text[0]);
                text = text[1..];
            }
        }
    }

    public static void Number(this IBufferWriter<byte> buffer, int number)
    {
        number.TryFormat(
            buffer.GetSpan(11),
            out var length,
            provider: CultureInfo.InvariantCulture
        );
        buffer.Advance(length);
    }

    // Returns how many characters went out; it stops at half of a pair.
    private static int Plain(IBufferWriter<byte> buffer, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }
        Utf8.FromUtf16(
            text,
            buffer.GetSpan(text.Length * 3),
            out var read,
            out var written,
            replaceInvalidSequences: false
        );
        buffer.Advance(written);
        return read;
    }

    private static void Code(IBufferWriter<byte> buffer, char character)
    {
        ReadOnlySpan<byte> name = character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => default,
        };
        if (!name.IsEmpty)
        {
            buffer.Write(name);
            return;
        }
        var digits = "0123456789abcdef"u8;
        buffer.Write([
            (byte)'\\',
            (byte)'u',
            digits[character >> 12],
            digits[(character >> 8) & 15],
            digits[(character >> 4) & 15],
            digits[character & 15],
        ]);
    }
}
