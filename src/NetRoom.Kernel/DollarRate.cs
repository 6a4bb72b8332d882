using System.Globalization;

namespace NetRoom.Kernel;

/// <summary>The operator's rate, for sums in dollars beside those in roubles. For information: nothing is booked or charged by it.</summary>
/// <param name="Roubles">Of one dollar.</param>
public sealed record DollarRate(decimal Roubles)
{
    /// <summary>"$1.05", in Russian "1,05 $"; below a cent four decimals.</summary>
    public string Show(Money amount, CultureInfo culture)
    {
        var dollars = (decimal)amount.Micro / Money.MicroPerRouble / Roubles;
        var number = dollars.ToString(Math.Abs(dollars) >= 0.01m ? "#,0.00" : "0.####", culture);
        return culture.TwoLetterISOLanguageName == "en" ? "$" + number : number + "\u00A0$";
    }
}
