using System.Diagnostics;
using NetRoom.Kernel.Markup;

namespace NetRoom.Bench.Markup;

/// <summary>What it costs to draw an answer while it grows, beside drawing it once.</summary>
internal static class MarkdownBench
{
    private const int Length = 20_000;

    /// <summary>A quick model: eighty tokens of four letters a second. The draws come as LiveAnswer asks for them.</summary>
    private const int LettersASecond = 320;
    private const double Pace = 0.080;
    private const int EasyLength = 4_000;

    public static void Run()
    {
        var table = Table.Of(
            "20 KB of",
            "once, µs",
            "once, KB allocated",
            "draws",
            "a draw p50, µs",
            "p99",
            "KB allocated a draw",
            "all draws, ms",
            "MB allocated",
            "MB of HTML",
            "% of a core while it streams",
            "load"
        );
        foreach (
            var (name, text) in new[]
            {
                ("mixed Markdown", SampleText.Mixed(Length)),
                ("one block of code", SampleText.Code(Length)),
                ("one list", SampleText.List(Length)),
                ("one table", SampleText.Table(Length)),
            }
        )
        {
            for (var warm = 0; warm < 40; warm++)
            {
                MarkdownHtml.Render(text);
                Stream(text);
            }

            var once = Enumerable
                .Range(0, 30)
                .Select(_ => Measure(() => MarkdownHtml.Render(text)))
                .OrderBy(it => it.Microseconds)
                .ElementAt(15);
            var (draws, html) = Stream(text);
            var times = new Figures(draws.Select(draw => draw.Microseconds));
            var (spent, allocated) = (
                draws.Sum(draw => draw.Microseconds),
                draws.Sum(draw => draw.Bytes)
            );
            table.Row(
                name,
                once.Microseconds,
                once.Bytes / 1024.0,
                draws.Count,
                times.P50,
                times.P99,
                allocated / 1024.0 / draws.Count,
                spent / 1000,
                allocated / 1024.0 / 1024,
                html / 1024.0 / 1024,
                spent / 1e6 / ((double)Length / LettersASecond) * 100,
                Machine.Load
            );
        }
    }

    private static (List<Cost> Draws, long Html) Stream(string text)
    {
        var markdown = new StreamedMarkdown();
        var (draws, html) = (new List<Cost>(), 0L);
        for (int from = 0, to; from < text.Length; from = to)
        {
            to = Math.Min(
                text.Length,
                from
                    + Math.Max(
                        1,
                        (int)(Pace * (1 + markdown.OpenLength / EasyLength) * LettersASecond)
                    )
            );
            var delta = text[from..to];
            draws.Add(
                Measure(() =>
                {
                    markdown.Append(delta);
                    foreach (var block in markdown.Render())
                        html += block.Html.Length;
                })
            );
        }

        return (draws, html);
    }

    private static Cost Measure(Action act)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        act();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new Cost(
            elapsed.TotalMicroseconds,
            GC.GetAllocatedBytesForCurrentThread() - allocated
        );
    }

    private readonly record struct Cost(double Microseconds, long Bytes);
}
