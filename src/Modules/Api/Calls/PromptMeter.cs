using System.Buffers.Text;
using System.Text.Json;
using NetRoom.Generation;

namespace NetRoom.Api.Calls;

/// <summary>How long a prompt is, from its JSON and without making a text of it: words, tools, images, documents.</summary>
internal sealed class PromptMeter
{
    private const int AsciiPerToken = 4;
    private const int FrameTokens = 4;
    private const int ImageTokens = 1_600;
    private const int LeastDocumentTokens = 3_000;
    private const int DocumentBytesPerToken = 12;
    private const int LeastAudioTokens = 100;
    private const int AudioBytesPerToken = 800;
    private const int ShortestMedia = 64;

    public TextSize Size { get; private set; }

    /// <summary>The value that the reader is on, all of its strings: messages, instructions.</summary>
    /// <exception cref="RefusedRequestException">It names a file that lies with a provider.</exception>
    public void Add(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        var mayBeMedia = false;
        while (true)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    mayBeMedia = MayHoldMedia(ref reader);
                    break;
                case JsonTokenType.String:
                    Size += mayBeMedia ? OfMedia(ref reader) : TextSize.Of(ref reader);
                    mayBeMedia = false;
                    break;
                case JsonTokenType.StartObject:
                    AddTokens(FrameTokens);
                    break;
            }
            if (!isContainer || !reader.Read() || reader.CurrentDepth <= depth)
                return;
        }
    }

    /// <summary>The value as it is written: schemas of tools and of answers.</summary>
    public void AddRaw(ref Utf8JsonReader reader)
    {
        var from = reader.TokenStartIndex;
        reader.Skip();
        Size += new TextSize(reader.BytesConsumed - from, 0);
    }

    private void AddTokens(long tokens) => Size += new TextSize(tokens * AsciiPerToken, 0);

    private static bool MayHoldMedia(ref Utf8JsonReader name)
    {
        if (name.ValueTextEquals("file_id"u8))
            throw RefusedRequestException.Unsupported(
                "file_id",
                "files do not lie here. Send the file itself as base64."
            );
        return name.ValueTextEquals("data"u8)
            || name.ValueTextEquals("url"u8)
            || name.ValueTextEquals("image_url"u8)
            || name.ValueTextEquals("file_data"u8)
            || name.ValueTextEquals("file_url"u8);
    }

    private static TextSize OfMedia(ref Utf8JsonReader reader)
    {
        var value = reader.ValueSpan;
        if (value.StartsWith("http"u8))
            return Tokens(ImageTokens);
        var bare = value;
        if (value.StartsWith("data:"u8))
            bare = value[(value.IndexOf((byte)',') + 1)..];
        if (bare.Length < ShortestMedia && bare.Length == value.Length)
            return TextSize.Of(ref reader);
        var size = bare.Length / 4L * 3;
        Span<byte> head = stackalloc byte[12];
        Base64.DecodeFromUtf8(bare[..Math.Min(16, bare.Length & ~3)], head, out _, out var read);
        head = head[..read];
        if (head.StartsWith("%PDF"u8))
            return Tokens(Math.Max(LeastDocumentTokens, size / DocumentBytesPerToken));
        if (IsImage(head))
            return Tokens(ImageTokens);
        if (IsAudio(head))
            return Tokens(Math.Max(LeastAudioTokens, size / AudioBytesPerToken));
        // Plain text in a block for documents, or a kind of file that we do not know.
        return TextSize.Of(ref reader);
    }

    private static bool IsImage(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])
        || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || head.StartsWith("GIF8"u8)
        || head.EndsWith("WEBP"u8);

    private static bool IsAudio(ReadOnlySpan<byte> head) =>
        head.EndsWith("WAVE"u8)
        || head.StartsWith("ID3"u8)
        || head.StartsWith("OggS"u8)
        || head.StartsWith("fLaC"u8)
        || (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0);

    private static TextSize Tokens(long count) => new(count * AsciiPerToken, 0);
}
