using System.Buffers;

namespace NetRoom.Providers.PassThrough;

/// <summary>Copies JSON with at most two changes: the name of the model, and members at the end of the usage object.</summary>
internal static class Splice
{
    public static void Frame(
        IBufferWriter<byte> output,
        EventFrames frames,
        (int At, int Length) model,
        ReadOnlySpan<byte> name
    )
    {
        var frame = frames.Frame;
        var at = frames.DataAt;
        if (model.Length == 0 && at >= 0)
            output.Write(frame);
        else if (at < 0)
        {
            // The lines of one JSON text may as well be one line.
            output.Write("data: "u8);
            WriteLine(output, frames.Data, model, name);
            output.Write("\n"u8);
        }
        else
        {
            output.Write(frame[..at]);
            Write(output, frames.Data, model, name, -1, default);
            output.Write(frame[(at + frames.Data.Length)..]);
        }
        if (frames.IsOpen)
            output.Write("\n\n"u8);
    }

    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> json,
        (int At, int Length) model,
        ReadOnlySpan<byte> name,
        int usageEnd,
        ReadOnlySpan<byte> members
    )
    {
        var done = 0;
        if (model.Length > 0 && (usageEnd < 0 || model.At < usageEnd))
        {
            output.Write(json[..model.At]);
            output.Write(name);
            done = model.At + model.Length;
            model = default;
        }
        if (usageEnd >= 0 && !members.IsEmpty)
        {
            output.Write(json[done..usageEnd]);
            if (json[..usageEnd].TrimEnd(" \t\r\n"u8) is not [.., (byte)'{'])
                output.Write(","u8);
            output.Write(members);
            done = usageEnd;
        }
        if (model.Length > 0)
        {
            output.Write(json[done..model.At]);
            output.Write(name);
            done = model.At + model.Length;
        }
        output.Write(json[done..]);
    }

    private static void WriteLine(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> json,
        (int At, int Length) model,
        ReadOnlySpan<byte> name
    )
    {
        var line = new ArrayBufferWriter<byte>(json.Length + name.Length);
        Write(line, json, model, name, -1, default);
        foreach (var part in line.WrittenSpan.Split((byte)'\n'))
            output.Write(line.WrittenSpan[part]);
        output.Write("\n"u8);
    }
}
