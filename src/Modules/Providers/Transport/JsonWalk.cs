using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetRoom.Providers.Transport;

/// <summary>
/// A walk over JSON that forgives: a value of an unexpected kind is skipped, never an error. Every reading method starts on
/// the first token of a value and ends on its last.
/// </summary>
internal static class JsonWalk
{
    private static readonly JsonReaderOptions Lenient = new() { MaxDepth = 512 };

    public static Utf8JsonReader Over(ReadOnlySpan<byte> json) => new(json, Lenient);

    public static bool EnterObject(this ref Utf8JsonReader reader) =>
        Enter(ref reader, JsonTokenType.StartObject);

    public static bool EnterArray(this ref Utf8JsonReader reader) =>
        Enter(ref reader, JsonTokenType.StartArray);

    public static bool NextProperty(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    public static bool NextItem(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>Steps onto the value if the property has this name.</summary>
    public static bool At(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Whole numbers as numbers, as "5", as 5.0; null for all else.</summary>
    public static long? Count(this ref Utf8JsonReader reader) =>
        reader.Number() is { } number and >= long.MinValue and <= long.MaxValue
            ? (long)number
            : null;

    public static decimal? Number(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
        {
            return decimal.TryParse(
                reader.ValueSpan,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null;
        }
        reader.Skip();
        return null;
    }

    /// <summary>The text of a string or a number; lone surrogates and broken UTF-8 do not throw, unlike GetString.</summary>
    public static string? Text(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            reader.Skip();
            return null;
        }
        var bytes = reader.ValueSpan;
        if (bytes.IsEmpty)
            return string.Empty;
        return reader.ValueIsEscaped ? Unescape(bytes) : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The value's own bytes.</summary>
    public static ReadOnlySpan<byte> Raw(this ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>Where the value's bytes are, for reading them later; empty for a null.</summary>
    public static Range Place(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static bool Enter(ref Utf8JsonReader reader, JsonTokenType kind)
    {
        if (reader.TokenType == kind)
            return true;
        reader.Skip();
        return false;
    }

    private static string Unescape(ReadOnlySpan<byte> bytes)
    {
        var rented = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(bytes, rented);
            var written = 0;
            for (var read = 0; read < length; read++)
            {
                var character = rented[read];
                if (character == '\\')
                {
                    character = rented[++read];
                    if (character == 'u')
                    {
                        character = (char)
                            ushort.Parse(
                                rented.AsSpan(read + 1, 4),
                                NumberStyles.AllowHexSpecifier,
                                CultureInfo.InvariantCulture
                            );
                        read += 4;
                    }
                    else
                    {
                        character = Short(character);
                    }
                }
                rented[written++] = character;
            }
            return new string(rented, 0, written);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static char Short(char escaped) =>
        escaped switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            _ => escaped,
        };
}
