using System.Buffers;
using System.Globalization;
using System.Text;

namespace NetRoom.Providers.PassThrough;

/// <summary>The end of a stream, kept until its price is known.</summary>
internal sealed class HeldFrames(byte[] model)
{
    private readonly ArrayBufferWriter<byte> head = new(64);
    private readonly ArrayBufferWriter<byte> json = new(512);
    private readonly ArrayBufferWriter<byte> tail = new(64);
    private (int At, int Length) modelAt;
    private int usageEnd = -1;
    private bool isHeld;

    public bool HasUsage { get; private set; }

    /// <summary>A chunk of usage alone: the last one counts.</summary>
    public void Keep(EventFrames frames, WireTap tap)
    {
        Clear();
        HasUsage = true;
        Copy(frames, tap);
    }

    /// <summary>A frame that belongs to the stream, whatever its usage.</summary>
    public void Hold(EventFrames frames, WireTap tap)
    {
        Clear();
        isHeld = true;
        Copy(frames, tap);
    }

    /// <summary>The terminal frame, behind the one that is held.</summary>
    public void Add(EventFrames frames)
    {
        tail.Write(frames.Frame);
        if (frames.IsOpen)
            tail.Write("\n\n"u8);
    }

    /// <summary>The held frame was not the last: it goes as it is.</summary>
    public void Flush(IBufferWriter<byte> output)
    {
        if (!isHeld)
            return;
        Write(output, default);
        Clear();
    }

    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> members)
    {
        output.Write(head.WrittenSpan);
        if (json.WrittenCount > 0)
            Splice.Write(output, json.WrittenSpan, modelAt, model, usageEnd, members);
        output.Write(tail.WrittenSpan);
    }

    /// <summary>A chunk of usage that the provider did not send.</summary>
    public void WriteUsage(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> id,
        long created,
        ReadOnlySpan<byte> usage
    )
    {
        output.Write("data: {\"id\":"u8);
        output.Write(id.IsEmpty ? "\"\""u8 : id);
        output.Write(",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        output.Write(Encoding.ASCII.GetBytes(created.ToString(CultureInfo.InvariantCulture)));
        output.Write(",\"model\":"u8);
        output.Write(model);
        output.Write(",\"choices\":[],\"usage\":"u8);
        output.Write(usage);
        output.Write("}\n\n"u8);
    }

    private void Copy(EventFrames frames, WireTap tap)
    {
        var at = frames.DataAt;
        head.Write(at < 0 ? "data: "u8 : frames.Frame[..at]);
        foreach (var part in frames.Data.Split((byte)'\n'))
            json.Write(frames.Data[part]);
        tail.Write(at < 0 || frames.IsOpen ? "\n\n"u8 : frames.Frame[(at + frames.Data.Length)..]);
        // Joined lines have lost their line feeds, and the places with them.
        (modelAt, usageEnd) = at < 0 ? (default, -1) : (tap.Model, tap.UsageEnd);
    }

    private void Clear()
    {
        head.ResetWrittenCount();
        json.ResetWrittenCount();
        tail.ResetWrittenCount();
        (modelAt, usageEnd, isHeld) = (default, -1, false);
    }
}
