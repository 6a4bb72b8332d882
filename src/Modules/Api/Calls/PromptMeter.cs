using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
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
    private const string Pdf = "application/pdf";

    private readonly HashSet<UnitKind> media = [];

    public TextSize Size { get; private set; }

    /// <summary>There are addresses of pictures or files.</summary>
    public bool HasLinks { get; private set; }

    /// <summary>What of it has prices of its own: sound, film.</summary>
    public IReadOnlyCollection<UnitKind> Media => media;

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

    /// <summary>A file that was named by its address and is here now: it has been counted as a picture.</summary>
    public void AddFetched(ReadOnlySpan<byte> file)
    {
        if (FileKinds.Of(file) == Pdf)
            AddTokens(TokensOfDocument(file.Length) - ImageTokens);
    }

    /// <summary>A file that was understood: what kind it is, its sender says.</summary>
    public void Add(DataContent file)
    {
        if (file.HasTopLevelMediaType("audio"))
            media.Add(UnitKind.AudioInput);
        else if (file.HasTopLevelMediaType("video"))
            media.Add(UnitKind.VideoInput);
    }

    private void AddTokens(long tokens) => Size += new TextSize(tokens * AsciiPerToken, 0);

    private bool MayHoldMedia(ref Utf8JsonReader name)
    {
        if (name.ValueTextEquals("input_audio"u8))
            media.Add(UnitKind.AudioInput);
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

    private TextSize OfMedia(ref Utf8JsonReader reader)
    {
        var value = reader.ValueSpan;
        if (value.StartsWith("http"u8))
        {
            HasLinks = true;
            return Tokens(ImageTokens);
        }
        var bare = value;
        if (value.StartsWith("data:"u8))
            bare = value[(value.IndexOf((byte)',') + 1)..];
        if (value.StartsWith("data:video/"u8))
            media.Add(UnitKind.VideoInput);
        if (bare.Length < ShortestMedia && bare.Length == value.Length)
            return TextSize.Of(ref reader);
        var size = bare.Length / 4L * 3;
        Span<byte> head = stackalloc byte[12];
        Base64.DecodeFromUtf8(bare[..Math.Min(16, bare.Length & ~3)], head, out _, out var read);
        head = head[..read];
        if (FileKinds.Of(head) is { } kind)
            return Tokens(kind == Pdf ? TokensOfDocument(size) : ImageTokens);
        if (FileKinds.IsSound(head) || value.StartsWith("data:audio/"u8))
        {
            media.Add(UnitKind.AudioInput);
            return Tokens(Math.Max(LeastAudioTokens, size / AudioBytesPerToken));
        }
        // Plain text in a block for documents, or a kind of file that we do not know.
        return TextSize.Of(ref reader);
    }

    private static long TokensOfDocument(long bytes) =>
        Math.Max(LeastDocumentTokens, bytes / DocumentBytesPerToken);

    private static TextSize Tokens(long count) => new(count * AsciiPerToken, 0);
}
