using System.Runtime.InteropServices;
using System.Text.Json;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Gemini;

/// <summary>One part of a content. Its kind is the field that is there; kinds that we do not know have none of these.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GeminiPiece(
    string? Text,
    bool IsThought,
    string? Signature,
    string? Id,
    string? Name,
    string? Arguments
)
{
    public static GeminiPiece Read(ref Utf8JsonReader reader)
    {
        var piece = default(GeminiPiece);
        if (!reader.EnterObject())
            return piece;
        while (reader.NextProperty())
        {
            if (reader.At("text"u8))
                piece = piece with { Text = reader.Text() };
            else if (reader.At("thought"u8))
                piece = piece with { IsThought = IsTrue(ref reader) };
            else if (reader.At("thoughtSignature"u8))
                piece = piece with { Signature = Something(reader.Text()) };
            else if (reader.At("functionCall"u8))
                piece = ReadCall(ref reader, piece);
            else
                reader.Skip();
        }
        return piece;
    }

    private static GeminiPiece ReadCall(ref Utf8JsonReader reader, GeminiPiece piece)
    {
        if (!reader.EnterObject())
            return piece;
        while (reader.NextProperty())
        {
            if (reader.At("id"u8))
                piece = piece with { Id = Something(reader.Text()) };
            else if (reader.At("name"u8))
                piece = piece with { Name = Something(reader.Text()) };
            else if (reader.At("args"u8))
                piece = piece with { Arguments = ReadArguments(ref reader) };
            else
                reader.Skip();
        }
        return piece;
    }

    private static string? ReadArguments(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return reader.Text();
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }

    private static bool IsTrue(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return reader.TokenType == JsonTokenType.True;
    }

    private static string? Something(string? text) => text is { Length: > 0 } ? text : null;
}
