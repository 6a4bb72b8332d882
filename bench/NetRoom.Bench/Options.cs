using System.Globalization;

namespace NetRoom.Bench;

/// <summary>"stream --seconds 10 --rounds 3": a command and its numbers.</summary>
internal sealed class Options(string[] args)
{
    public string Command { get; } = args.Length > 0 ? args[0] : "";

    public int Number(string name, int usual) =>
        Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    public int[] Numbers(string name, params int[] usual) =>
        Text(name) is { } text
            ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))]
            : usual;

    public bool Has(string name) => Array.IndexOf(args, "--" + name) > 0;

    public string? Text(string name)
    {
        var at = Array.IndexOf(args, "--" + name);
        return at > 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
