using System.Text.Json;

namespace NetRoom.Providers.PassThrough;

/// <summary>The size of a JSON string, without making one.</summary>
public readonly record struct TextCount(long Ascii, long Other, bool HasWords)
{
    public bool Any => Ascii + Other > 0;

    public static TextCount Of(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Escaped(reader.ValueSpan) : Plain(reader.ValueSpan);

    // A character of UTF-8 has one byte that does not continue another.
    private static TextCount Plain(ReadOnlySpan<byte> text)
    {
        long other = 0;
        long continued = 0;
        var words = false;
        foreach (var unit in text)
        {
            if (unit >= 0xC0)
                other++;
            else if (unit >= 0x80)
                continued++;
            words |= unit > ' ';
        }
        return new(text.Length - other - continued, other, words);
    }

    private static TextCount Escaped(ReadOnlySpan<byte> text)
    {
        long ascii = 0;
        long other = 0;
        var words = false;
        for (var at = 0; at < text.Length; at++)
        {
            var unit = text[at];
            if (unit == '\\' && text[at + 1] == 'u')
            {
                at += 5;
                other++;
                words = true;
            }
            else if (unit == '\\')
            {
                words |= text[++at] is (byte)'"' or (byte)'\\' or (byte)'/';
                ascii++;
            }
            else if (unit < 0x80)
            {
                ascii++;
                words |= unit > ' ';
            }
            else if (unit >= 0xC0)
            {
                other++;
                words = true;
            }
        }
        return new(ascii, other, words);
    }
}
