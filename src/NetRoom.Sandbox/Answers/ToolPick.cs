using System.Text.Json;
using System.Text.RegularExpressions;

namespace NetRoom.Sandbox.Answers;

/// <summary>
/// Which tools to call, and with what. A tool is called when the question has its name; a required one is called anyway.
/// Arguments are the JSON object in the question, or what stands there as <c>name=value</c>.
/// </summary>
internal static class ToolPick
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<Step> Of(Ask ask)
    {
        if (ask.ToolUse is ToolUse.Never)
        {
            return [];
        }
        var wish = ask.Prompt.Wish;
        var picked = ask
            .Tools.Where(tool =>
                ask.OnlyTool is null
                    ? wish.Contains(tool.Name, StringComparison.OrdinalIgnoreCase)
                    : tool.Name == ask.OnlyTool
            )
            .ToList();
        if (picked.Count == 0 && ask.ToolUse is ToolUse.Always)
        {
            picked.AddRange(ask.Tools.Take(1));
        }
        return picked
            .Take(ask.OneCall ? 1 : picked.Count)
            .Select(tool => Step.ToolCall(tool.Name, Arguments(tool, wish)));
    }

    private static string Arguments(ToolOffer tool, string wish)
    {
        var (from, to) = (wish.IndexOf('{'), wish.LastIndexOf('}'));
        if (from >= 0 && to > from && IsJson(wish[from..(to + 1)]))
        {
            return wish[from..(to + 1)];
        }
        if (
            tool.Schema is not { ValueKind: JsonValueKind.Object } schema
            || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind is not JsonValueKind.Object
        )
        {
            return "{}";
        }
        return SchemaSample.Text(schema, name => Said(name, wish));
    }

    private static string? Said(string name, string wish)
    {
        var match = Regex.Match(
            wish,
            $@"\b{Regex.Escape(name)}\s*[=:]\s*(?:""(?<value>[^""]*)""|(?<value>[^\s,;.?!]+))",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            Patience
        );
        return match.Success ? match.Groups["value"].Value : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
