using System.Globalization;
using System.Text.RegularExpressions;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.Documents;

/// <summary>
/// Reads the documents: those that came with the program and, over them, the operator's own folder. A file is
/// terms/2026-11-20-ru.md: the document, the day it takes effect, the language. It may begin with "changed: …" between two lines of "---".
/// </summary>
internal static partial class DocumentFiles
{
    private const string Resource = "documents/";
    private const string Fence = "---\n";
    private const string ChangedKey = "changed:";

    /// <exception cref="InvalidOperationException">A file that cannot be published, named with what is wrong.</exception>
    public static IEnumerable<LegalDocument> Read(OperatorOptions who)
    {
        var texts = Embedded().ToDictionary(file => file.Path, file => file.Text);
        foreach (var (path, text) in InFolder(who.Documents))
            texts[path] = text;
        var documents = texts.Select(file => Parse(file.Key, file.Value, who)).ToList();
        foreach (var version in documents.GroupBy(document => (document.Name, document.Version)))
            if (version.Count() != Languages.All.Count)
                throw new InvalidOperationException(
                    $"The document {version.Key.Name} of {version.First().Code} is not there in every language."
                );
        return documents;
    }

    private static LegalDocument Parse(string path, string text, OperatorOptions who)
    {
        var named = FileName().Match(path);
        if (
            !named.Success
            || !LegalDocuments.Names.Contains(named.Groups["name"].Value)
            || !DateOnly.TryParseExact(
                named.Groups["date"].Value,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var version
            )
        )
            throw new InvalidOperationException(
                $"{path} is no name of a document, such as terms/2026-11-20-ru."
            );
        var (changed, body) = Split(text.ReplaceLineEndings("\n"));
        if (!body.StartsWith("# ", StringComparison.Ordinal) || !body.Contains('\n'))
            throw new InvalidOperationException($"{path} must begin with its heading: # Title");
        var language = named.Groups["language"].Value;
        return new LegalDocument(
            named.Groups["name"].Value,
            version,
            language,
            changed,
            body.Replace("{operator}", who.NameIn(language), StringComparison.Ordinal)
                .Replace("{email}", who.Email, StringComparison.Ordinal)
        );
    }

    private static (string? Changed, string Body) Split(string text)
    {
        if (!text.StartsWith(Fence, StringComparison.Ordinal))
            return (null, text);
        var end = text.IndexOf("\n" + Fence, Fence.Length, StringComparison.Ordinal);
        if (end < 0)
            return (null, text);
        var head = text[Fence.Length..end];
        return (
            head.StartsWith(ChangedKey, StringComparison.Ordinal)
                ? string.Join(' ', head[ChangedKey.Length..].Split('\n', Trimmed))
                : null,
            text[(end + 1 + Fence.Length)..].TrimStart()
        );
    }

    private const StringSplitOptions Trimmed =
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    private static IEnumerable<(string Path, string Text)> Embedded()
    {
        var assembly = typeof(DocumentFiles).Assembly;
        foreach (
            var name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Resource, StringComparison.Ordinal))
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[Resource.Length..].Replace('\\', '/'), reader.ReadToEnd());
        }
    }

    private static IEnumerable<(string Path, string Text)> InFolder(string? folder)
    {
        if (folder is null)
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            yield return (
                Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/'),
                File.ReadAllText(file)
            );
    }

    [GeneratedRegex(
        @"^(?<name>[a-z-]+)/(?<date>\d{4}-\d\d-\d\d)-(?<language>en|ru)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FileName();
}
