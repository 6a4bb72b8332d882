using System.Text.Json;
using NetRoom.Providers.Errors;

namespace NetRoom.Providers.PassThrough;

/// <summary>What becomes of a frame.</summary>
internal enum FrameKind
{
    Pass,

    /// <summary>Usage alone: hidden on the way, and the last of them is told at the end if the caller asked.</summary>
    Usage,

    /// <summary>The frame that says the usage of a finished answer: it waits for the price.</summary>
    Hold,

    /// <summary>The terminal frame.</summary>
    End,

    /// <summary>The provider failed: its words go no further.</summary>
    Error,
}

/// <summary>Reads the events that pass, and allocates nothing for those that carry text.</summary>
internal abstract class WireTap(string provider, Redaction redaction)
{
    public required AnswerReading Seen { get; init; }

    /// <summary>An error inside the answer; nothing behind it counts.</summary>
    public ProviderException? Failure { get; private set; }

    public bool IsDone { get; protected set; }

    public bool IsFinished => Seen.Finish is not null;

    /// <summary>Where the value of "model" is in the JSON that was read last; no length if it has none.</summary>
    public (int At, int Length) Model { get; private set; }

    /// <summary>Where the usage object ends in it, before its brace; -1 if it has none.</summary>
    public int UsageEnd { get; protected set; } = -1;

    protected bool Failed { get; set; }

    /// <param name="isWhole">The JSON is the whole answer and not an event.</param>
    public FrameKind Read(ReadOnlySpan<byte> json, bool isWhole, bool isError)
    {
        (Model, UsageEnd, Failed) = (default, -1, isError);
        var kind = FrameKind.Pass;
        try
        {
            kind = Walk(json, isWhole);
        }
        catch (JsonException)
        {
            Failed = true;
        }
        if (!Failed)
            return kind;
        // What comes behind a finished answer cannot spoil it.
        if (IsFinished && !isError)
        {
            IsDone = true;
            return FrameKind.End;
        }
        Failure = ProviderErrors.From(provider, ErrorBody.Read(json), redaction);
        return FrameKind.Error;
    }

    /// <summary>The error inside the stream, or the one of a stream that ended too early.</summary>
    public ProviderException? Ending(ProviderException? broken) =>
        Failure
        ?? (
            IsDone || IsFinished
                ? null
                : broken
                    ?? new ProviderException(
                        ProviderErrorKind.Cut,
                        $"{provider} ended before the answer did."
                    )
        );

    protected abstract FrameKind Walk(ReadOnlySpan<byte> json, bool isWhole);

    protected void SeeModel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            Model = (
                (int)reader.TokenStartIndex,
                (int)(reader.BytesConsumed - reader.TokenStartIndex)
            );
        reader.Skip();
    }

    protected void SeeError(ref Utf8JsonReader reader)
    {
        Failed |=
            reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            || (reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty);
        reader.Skip();
    }

    protected void CountText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            reader.Skip();
        else if (TextCount.Of(ref reader) is var count && count.Any)
        {
            Seen.Ascii += count.Ascii;
            Seen.Other += count.Other;
            Seen.HasText |= count.HasWords;
        }
    }

    /// <summary>Reasoning, and the arguments of tools: they cost, but they are no text.</summary>
    protected void CountOther(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return;
        }
        var count = TextCount.Of(ref reader);
        Seen.Ascii += count.Ascii;
        Seen.Other += count.Other;
    }
}
