using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NetRoom.Sandbox.Mail;

/// <summary>Reads MIME (RFC 2045-2047) as far as letters of people go: nested parts, base64, quoted-printable, encoded words.</summary>
/// <param name="Text">The first text/plain part.</param>
/// <param name="Html">The first text/html part.</param>
internal sealed partial record MimeLetter(
    IReadOnlyDictionary<string, string> Headers,
    string? Text,
    string? Html
)
{
    private const int Deepest = 8;

    public static MimeLetter Parse(byte[] source) =>
        Part(Encoding.Latin1.GetString(source), Deepest);

    /// <param name="source">A byte is a letter.</param>
    private static MimeLetter Part(string source, int depth)
    {
        // A part without headers begins with the empty line.
        var pieces = ("\r\n" + source).Split("\r\n\r\n", 2);
        var headers = Fields(pieces[0]);
        var body = pieces.Length == 2 ? pieces[1] : "";
        var type = headers.GetValueOrDefault("Content-Type", "text/plain");
        if (Parameter(type, "boundary") is { } boundary && depth > 0)
        {
            var parts = Parts(body, boundary).Select(part => Part(part, depth - 1)).ToList();
            return new(
                headers,
                parts.Select(part => part.Text).FirstOrDefault(text => text is not null),
                parts.Select(part => part.Html).FirstOrDefault(html => html is not null)
            );
        }

        var content = Charset(Parameter(type, "charset"))
            .GetString(Bytes(body, headers.GetValueOrDefault("Content-Transfer-Encoding", "")));
        return type.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "text/plain" => new(headers, content, null),
            "text/html" => new(headers, null, content),
            _ => new(headers, null, null),
        };
    }

    private static Dictionary<string, string> Fields(string head)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Fold().Replace(head, " ").Split("\r\n"))
            if (line.Split(':', 2) is [var name, var value])
                fields.TryAdd(name.Trim(), Words(value.Trim()));
        return fields;
    }

    /// <summary>Decodes encoded words; space between two of them is no content.</summary>
    private static string Words(string value) =>
        EncodedWord()
            .Replace(
                BetweenWords().Replace(Utf8(value), ""),
                word =>
                {
                    var text = word.Groups["text"].Value;
                    return Charset(word.Groups["charset"].Value)
                        .GetString(
                            word.Groups["way"].Value is "B" or "b"
                                ? Base64(text)
                                : QuotedPrintable(text.Replace('_', ' '))
                        );
                }
            );

    /// <summary>Headers of SMTPUTF8 are UTF-8 as they are.</summary>
    private static string Utf8(string value) =>
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value));

    private static IEnumerable<string> Parts(string body, string boundary)
    {
        var pieces = ("\r\n" + body).Split("\r\n--" + boundary);
        return pieces
            .Skip(1)
            .TakeWhile(piece => !piece.StartsWith("--", StringComparison.Ordinal))
            .Select(piece => piece[(piece.IndexOf("\r\n", StringComparison.Ordinal) + 2)..]);
    }

    private static string? Parameter(string field, string name)
    {
        var found = Regex.Match(
            field,
            $"""{name}\s*=\s*(?:"(?<it>[^"]*)"|(?<it>[^\s;]+))""",
            RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );
        return found.Success ? found.Groups["it"].Value : null;
    }

    private static Encoding Charset(string? name)
    {
        try
        {
            return Encoding.GetEncoding(name ?? "utf-8");
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private static byte[] Bytes(string body, string encoding) =>
        encoding.Trim().ToLowerInvariant() switch
        {
            "base64" => Base64(body),
            "quoted-printable" => QuotedPrintable(SoftBreak().Replace(body, "")),
            _ => Encoding.Latin1.GetBytes(body),
        };

    private static byte[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : [];
    }

    private static byte[] QuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (
                text[at] == '='
                && at + 2 < text.Length
                && byte.TryParse(
                    text.AsSpan(at + 1, 2),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var code
                )
            )
            {
                bytes.Add(code);
                at += 2;
            }
            else
                bytes.Add((byte)text[at]);
        }
        return [.. bytes];
    }

    [GeneratedRegex(@"\r\n[ \t]+", RegexOptions.None, 1_000)]
    private static partial Regex Fold();

    [GeneratedRegex(@"[ \t]*=\r\n", RegexOptions.None, 1_000)]
    private static partial Regex SoftBreak();

    [GeneratedRegex(@"(?<=\?=)\s+(?==\?)", RegexOptions.None, 1_000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex(
        @"=\?(?<charset>[^?*]+)[^?]*\?(?<way>[BbQq])\?(?<text>[^?]*)\?=",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex EncodedWord();
}
