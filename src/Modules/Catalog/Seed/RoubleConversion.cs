using System.Globalization;

namespace NetRoom.Catalog.Seed;

/// <summary>
/// From a provider's dollars to our roubles: price x rate x (100 % + margin), in whole numbers throughout, rounded up
/// once to a whole nano-rouble per 1,000 units.
/// </summary>
internal sealed class RoubleConversion(CatalogOptions options)
{
    private const int DollarDecimals = 8;
    private const int SettingDecimals = 4;
    private const long NanoPerRouble = 1_000_000_000;
    private readonly Int128 rate = Scaled(options.RoublesPerDollar, SettingDecimals);
    private readonly Int128 percent =
        Scaled("100", SettingDecimals) + Scaled(options.MarginPercent, SettingDecimals);

    public string RoublesPerDollar => options.RoublesPerDollar;

    public string MarginPercent => options.MarginPercent;

    /// <param name="dollars">A decimal string, "0.0036".</param>
    /// <param name="per">How many units it buys.</param>
    /// <exception cref="FormatException">Not a plain decimal, or with more than 8 decimals.</exception>
    public long NanoPerThousand(string dollars, long per)
    {
        var numerator = checked(
            Scaled(dollars, DollarDecimals) * rate * percent * NanoPerRouble * 1_000
        );
        var denominator =
            Scaled("1", DollarDecimals)
            * Scaled("1", SettingDecimals)
            * Scaled("100", SettingDecimals)
            * per;
        return checked((long)((numerator + denominator - 1) / denominator));
    }

    private static Int128 Scaled(string text, int decimals)
    {
        var value = decimal.Parse(
            text,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture
        );
        for (var i = 0; i < decimals; i++)
            value *= 10;
        return decimal.IsInteger(value)
            ? (Int128)value
            : throw new FormatException($"\"{text}\" has more than {decimals} decimals.");
    }
}
