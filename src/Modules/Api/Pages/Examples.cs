using System.Collections.Frozen;

namespace NetRoom.Api.Pages;

/// <summary>A program that works when it is pasted.</summary>
/// <param name="File">"curl-chat.sh": of the folder Examples.</param>
/// <param name="Title">As the caption of the figure says.</param>
/// <param name="Language">For the colours.</param>
public sealed record Example(string File, string Title, string Language, string Text);

/// <summary>The examples of the page, for one address and one model.</summary>
internal static class Examples
{
    /// <summary>What stands for the address in the files.</summary>
    private const string Address = "https://netroom.example";
    private const string Model = "MODEL";

    private static readonly FrozenDictionary<string, string> Files = Read();

    public static Example Of(string file, string title, string address, string model)
    {
        var ending = Path.GetExtension(file);
        var language = ending switch
        {
            ".sh" => "bash",
            ".py" => "python",
            ".mjs" => "javascript",
            _ => "csharp",
        };
        return new Example(
            file,
            title,
            language,
            Files[file]
                .Replace(Address, address, StringComparison.Ordinal)
                .Replace(Model, model, StringComparison.Ordinal)
        );
    }

    private static FrozenDictionary<string, string> Read()
    {
        const string folder = ".Pages.Examples.";
        var assembly = typeof(Examples).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.Contains(folder, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..],
                name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
                }
            );
    }
}
