#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
namespace NetRoom.Tests.Kernel;

/// <summary>Documents as models write them, made from a seed.</summary>
internal sealed class RandomMarkdown(int seed)
{
    private static readonly string[] Words =
    [
        "heat",
        "pump",
        "тепло",
        "насос",
        "**bold**",
        "*it*",
        "`code`",
        "[link](https://a.example)",
        "$x^2$",
        "\\(y_1\\)",
        "a*b",
        "1.",
        "2)",
        "-",
        "#",
        "|",
        "~~old~~",
        "https://b.example/c?d=e",
        "🎉",
        "a_b_c",
        "\\*",
    ];

    private readonly Random random = new(seed);

    public string Document()
    {
        var parts = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Block()).ToList();
        return string.Concat(
            parts.Select(
                (part, at) => part + (at == parts.Count - 1 && random.Next(2) == 0 ? "" : Gap())
            )
        );
    }

    /// <summary>Anything at all of what Markdown gives a meaning to, but no link definitions.</summary>
    public string Soup() =>
        string.Concat(
            random.GetItems<string>(
                [
                    "\n",
                    "\n\n",
                    "- ",
                    "1",
                    ". ",
                    "> ",
                    "#",
                    "`",
                    "```",
                    "$$",
                    "|",
                    "a",
                    " ",
                    "    ",
                    "*",
                    "_",
                    "\\(",
                    "\\)",
                    "=",
                    "---",
                    "~~~",
                    "\t",
                ],
                random.Next(1, 60)
            )
        );

    public IEnumerable<string> Chunks(string text)
    {
        var longest = random.Next(1, 30);
        for (var at = 0; at < text.Length; )
        {
            var length = Math.Min(random.Next(1, longest + 1), text.Length - at);
            yield return text.Substring(at, length);
            at += length;
        }
    }

    public bool Sometimes() => random.Next(3) > 0;

    private string Gap() => random.Next(6) == 0 ? "\n" : "\n\n";

    private string Block() =>
        random.Next(11) switch
        {
            0 => new string('#', random.Next(1, 7)) + " " + Line(),
            1 => List("- ", "\n"),
            2 => List("1. ", "\n"),
            3 => List("* ", "\n\n"),
            4 => List("1. ", "\n\n"),
            5 => $"```{(Sometimes() ? "python" : "")}\n{Line()}\n\n- {Line()}\n```",
            6 => $"| a | b |\n|---|--:|\n| {Cell()} | 1 |\n| {Cell()} | 2 |",
            7 => $"> {Line()}\n> {Line()}",
            8 => $"$$\n{Cell()} + {Cell()}\n\n{Cell()}\n$$",
            9 => Sometimes() ? "---" : $"{Line()}\n===",
            _ => $"{Line()}\n{Line()}",
        };

    private string List(string mark, string between) =>
        string.Join(
            between,
            Enumerable
                .Range(1, random.Next(1, 5))
                .Select(number =>
                    (mark == "1. " ? $"{number}. " : mark)
                    + Line()
                    + (Sometimes() ? "" : $"\n   - {Line()}")
                )
        );

    private string Line() => string.Join(' ', random.GetItems(Words, random.Next(1, 9)));

    private string Cell() => Words[random.Next(4)];
}
