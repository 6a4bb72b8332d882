using System.Text;

namespace NetRoom.Billing.Statements;

/// <summary>RFC 4180, with a byte order mark so that spreadsheets read UTF-8.</summary>
internal static class Csv
{
    public static readonly Encoding Encoding = new UTF8Encoding(
        encoderShouldEmitUTF8Identifier: true
    );

    public static string Row(params ReadOnlySpan<string> cells)
    {
        var row = new StringBuilder();
        foreach (var cell in cells)
            row.Append(row.Length == 0 ? "" : ",")
                .Append(cell.AsSpan().ContainsAny(",\"\n\r") ? Quoted(cell) : cell);
        return row.Append("\r\n").ToString();
    }

    /// <summary>Text that a spreadsheet must not take for a formula. Numbers of our own need no such care.</summary>
    public static string Text(string text) =>
        text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|', ..] ? "'" + text : text;

    private static string Quoted(string cell) =>
        $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
