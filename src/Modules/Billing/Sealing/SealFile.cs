using System.Text;
using System.Text.Json;
using NetRoom.Kernel;

namespace NetRoom.Billing.Sealing;

/// <summary>
/// Seals as lines of JSON, for keeping somewhere else: whoever can change the database cannot change what left it. A line may be
/// there twice, and a crash may leave half a line; a reader must not mind.
/// </summary>
internal sealed class SealFile(DataFolder folder)
{
    public const string Name = "ledger-seals.jsonl";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public string Path { get; } = System.IO.Path.Combine(folder.Path, Name);

    /// <summary>On the disk when it returns.</summary>
    public async Task AppendAsync(Seal seal, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder.Path);
        await using var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        var torn = false;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            torn = file.ReadByte() != '\n';
        }

        var line = (torn ? "\n" : "") + JsonSerializer.Serialize(seal, Options) + "\n";
        await file.WriteAsync(Encoding.UTF8.GetBytes(line), cancel);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Every whole line, in the order of writing; nothing where there is no file.</summary>
    public IEnumerable<Seal> Read()
    {
        if (!File.Exists(Path))
            yield break;
        foreach (var line in File.ReadLines(Path))
            if (Parse(line) is { } seal)
                yield return seal;
    }

    private static Seal? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<Seal>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
