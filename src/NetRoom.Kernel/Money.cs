using System.Globalization;

namespace NetRoom.Kernel;

/// <summary>An amount of roubles, kept as a whole count of micro-roubles (1 ₽ = 1,000,000 µ₽). Arithmetic is checked.</summary>
public readonly record struct Money(long Micro) : IComparable<Money>
{
    public const long MicroPerRouble = 1_000_000;
    public const long MicroPerKopeck = 10_000;

    public static Money Zero => default;

    public static Money Roubles(long roubles) => new(checked(roubles * MicroPerRouble));

    public static Money Kopecks(long kopecks) => new(checked(kopecks * MicroPerKopeck));

    public bool IsZero => Micro == 0;

    public static Money Min(Money a, Money b) => a.Micro <= b.Micro ? a : b;

    public static Money Max(Money a, Money b) => a.Micro >= b.Micro ? a : b;

    public static Money operator +(Money a, Money b) => new(checked(a.Micro + b.Micro));

    public static Money operator -(Money a, Money b) => new(checked(a.Micro - b.Micro));

    public static Money operator -(Money a) => new(checked(-a.Micro));

    public static bool operator <(Money a, Money b) => a.Micro < b.Micro;

    public static bool operator >(Money a, Money b) => a.Micro > b.Micro;

    public static bool operator <=(Money a, Money b) => a.Micro <= b.Micro;

    public static bool operator >=(Money a, Money b) => a.Micro >= b.Micro;

    public int CompareTo(Money other) => Micro.CompareTo(other.Micro);

    /// <summary>For reading at a glance: two decimals from 1 ₽ up (cut, never rounded up), up to four below.</summary>
    public string ToString(CultureInfo culture)
    {
        var whole = Math.Abs((decimal)Micro) >= MicroPerRouble;
        var unit = whole ? MicroPerKopeck : 100;
        var roubles = (decimal)(Micro / unit * unit) / MicroPerRouble;
        return roubles.ToString(whole ? "#,0.00" : "0.00##", culture) + NoBreakRouble;
    }

    /// <summary>For an estimate: kopecks are fine enough, but a price is never shown as nothing.</summary>
    public string ToRoughString(CultureInfo culture)
    {
        var roubles = (decimal)Micro / MicroPerRouble;
        return roubles.ToString(Math.Abs(roubles) >= 0.01m ? "#,0.00" : "0.####", culture)
            + NoBreakRouble;
    }

    /// <summary>For receipts and statements: every digit that is there, at least two decimals.</summary>
    public string ToExactString(CultureInfo culture) =>
        ((decimal)Micro / MicroPerRouble).ToString("#,0.00####", culture) + NoBreakRouble;

    /// <summary>A plain number with a point, for CSV and logs, in roubles.</summary>
    public string ToInvariantNumber() =>
        ((decimal)Micro / MicroPerRouble).ToString("0.00####", CultureInfo.InvariantCulture);

    public override string ToString() => ToString(CultureInfo.CurrentCulture);

    private const string NoBreakRouble = "\u00A0₽";
}
