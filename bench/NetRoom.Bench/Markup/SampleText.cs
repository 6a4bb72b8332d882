using System.Globalization;
using System.Text;

namespace NetRoom.Bench.Markup;

/// <summary>Answers as models write them.</summary>
internal static class SampleText
{
    private static readonly string[] Parts =
    [
        "## How it works\n\nA **heat pump** moves heat instead of making it, and so gives back *three to four* times the electricity that it takes. "
            + "See [the overview](https://example.com/heat) and the note on `COP` below; the rest is plumbing, patience and a well-insulated house.\n\n",
        "1. Measure the heat loss of the house, room by room.\n2. Choose the flow temperature:\n   - 35 °C for floors,\n   - 45 °C for large radiators,\n   - 55 °C where nothing else helps.\n3. Compare offers.\n   Mind the **defrost** cycles.\n\n",
        "```csharp\npublic sealed record Reading(DateTimeOffset At, double Celsius);\n\npublic static double Average(IReadOnlyList<Reading> readings)\n{\n    // An empty list has no average.\n    if (readings.Count == 0)\n        return double.NaN;\n    return readings.Average(reading => reading.Celsius);\n}\n```\n\n",
        "| Source | COP at 35 °C | COP at 55 °C | Price |\n|---|---:|---:|---:|\n| Air | 4.1 | 2.7 | 650 000 ₽ |\n| Ground | 4.9 | 3.3 | 1 400 000 ₽ |\n| Water | 5.2 | 3.5 | 1 250 000 ₽ |\n\n",
        "Тепловой насос переносит тепло, а не вырабатывает его. Поэтому на каждый киловатт-час электричества он отдаёт три-четыре киловатт-часа тепла; "
            + "в мороз меньше, весной больше. Главное — температура подачи: чем она ниже, тем лучше.\n\n",
        "> A rule of thumb: one degree less in the flow saves about 2.5 %.\n\nThe Carnot bound is $\\eta = \\frac{T_h}{T_h - T_c}$, so\n\n$$\n\\mathrm{COP} \\le \\frac{308}{308 - 273} \\approx 8.8\n$$\n\n- [x] heat loss\n- [ ] offers\n- [ ] ~~gas~~\n\n",
    ];

    /// <summary>Two or three parts, about a kilobyte.</summary>
    public static string Answer(int seed) =>
        string.Concat(
            Enumerable.Range(0, 2 + seed % 2).Select(i => Parts[(seed + i) % Parts.Length])
        );

    /// <summary>Parts in turn, up to a length.</summary>
    public static string Mixed(int length) => Repeat(length, i => Parts[i % Parts.Length]);

    /// <summary>One block of code: nothing is finished before the end.</summary>
    public static string Code(int length) =>
        "```csharp\n"
        + Repeat(
            length - 20,
            i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"    var value{i} = Compute(first: {i}, second: \"text {i}\"); // line {i}\n"
                )
        )
        + "```\n";

    /// <summary>One list.</summary>
    public static string List(int length) =>
        Repeat(
            length,
            i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"- Point **{i}**: what it means, why it `matters`, and what follows from it in practice.\n"
                )
        );

    /// <summary>One table.</summary>
    public static string Table(int length) =>
        "| Number | Name | Value |\n|---|---|---:|\n"
        + Repeat(
            length - 40,
            i =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {i} | the name of row {i} | {i * 37 % 1000} |\n"
                )
        );

    private static string Repeat(int length, Func<int, string> part)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < length; i++)
            text.Append(part(i));
        return text.ToString(0, Math.Min(length, text.Length));
    }
}
