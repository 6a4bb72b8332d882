using System.Globalization;

namespace NetRoom.Bench;

/// <summary>A set of measurements, for its percentiles.</summary>
internal sealed class Figures(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    public int Count => sorted.Length;

    public double P50 => At(0.50);

    public double P99 => At(0.99);

    public double Most => At(1);

    /// <summary>The nearest rank: a value that was measured, never one in between.</summary>
    private double At(double share) =>
        sorted.Length == 0
            ? double.NaN
            : sorted[
                Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)
            ];

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {P50:0.0}, p99 {P99:0.0}, max {Most:0.0} ({Count})"
        );
}

/// <summary>Prints a Markdown table, a row as soon as it is known.</summary>
internal sealed class Table
{
    private Table() { }

    public static Table Of(params string[] columns)
    {
        var table = new Table();
        Console.WriteLine();
        table.Row([.. columns]);
        table.Row([.. columns.Select(_ => "---")]);
        return table;
    }

    public void Row(params object[] cells) =>
        Console.WriteLine(
            "| "
                + string.Join(
                    " | ",
                    cells.Select(cell =>
                        cell is double number
                            ? number.ToString(
                                Math.Abs(number) < 10 ? "0.00" : "0.0",
                                CultureInfo.InvariantCulture
                            )
                            : Convert.ToString(cell, CultureInfo.InvariantCulture)
                    )
                )
                + " |"
        );
}
