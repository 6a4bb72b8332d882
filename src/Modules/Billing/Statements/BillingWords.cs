using System.Globalization;
using Microsoft.Extensions.Localization;
using NetRoom.Billing.Bonuses;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Texts;

namespace NetRoom.Billing.Statements;

/// <summary>How money, units and movements are called in the reader's language.</summary>
internal sealed class BillingWords(IStringLocalizer<BillingText> texts, ICatalog catalog)
{
    private const string Minus = "\u2212";

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    public string What(StatementLine line) =>
        line switch
        {
            { Kind: TransferKind.Capture, ModelId: { } model } => Model(model),
            { Kind: TransferKind.Capture, Product: { } product } => Name(product),
            { Kind: TransferKind.Expire, IsTokens: false } => texts["Bonus expired"],
            { Kind: TransferKind.Grant, IsTokens: false, Class: { } of, SourceKind: { } source } =>
                Source(of, source),
            { Kind: TransferKind.Grant, Product: { } product } => texts[
                "Tokens of “{0}”",
                Name(product)
            ],
            { Product: { } product } => $"{texts["kind." + line.Kind].Value}: {Name(product)}",
            _ => texts["kind." + line.Kind],
        };

    public static string Name(ProductName? product) => product?.In(Languages.Current) ?? "";

    public string Model(string modelId) => catalog.Find(modelId)?.Name ?? modelId;

    public string Source(LotClass lotClass, string sourceKind) =>
        sourceKind switch
        {
            GrantStarterBonus.Source => texts["Starter bonus"],
            "adjustment" => texts["Adjustment"],
            "payment" => texts["Top-up"],
            "purchase" => texts["Purchase"],
            _ => Class(lotClass),
        };

    public string Class(LotClass lotClass) =>
        lotClass switch
        {
            LotClass.Bonus => texts["Bonus"],
            LotClass.Compensation => texts["Compensation"],
            LotClass.Pack => texts["Pack"],
            _ => texts["Your money"],
        };

    public string Category(StatementLine line) => texts["category." + line.Category];

    public string Type(StatementLine line) =>
        line.Type switch
        {
            MovementType.Credit => texts["Credit"],
            MovementType.Refund => texts["Refund"],
            MovementType.Adjustment => texts["Adjustment"],
            _ => texts["Debit"],
        };

    /// <summary>"612 in · 148 out", with a star where NetRoom counted.</summary>
    public string Used(StatementLine line) =>
        line.Charge is null
            ? ""
            : string.Join(
                " · ",
                line.Charge.Lines.Select(used =>
                    texts["short." + used.Unit, Count(used.Quantity)].Value
                )
            ) + (line.Charge.Estimated ? "*" : "");

    public string Unit(ChargeLine line) =>
        texts["unit." + line.Unit] + (line.Variant is null ? "" : $" {line.Variant}");

    public static string Count(long quantity) => quantity.ToString("N0", Culture);

    /// <summary>The rate as people compare it: a million tokens, a thousand characters, one of anything else.</summary>
    public string Rate(ChargeLine line)
    {
        var (per, key) = line.Unit switch
        {
            UnitKind.Character => (1_000, "{0} per 1,000"),
            UnitKind.Image
            or UnitKind.VideoSecond
            or UnitKind.AudioSecond
            or UnitKind.Page
            or UnitKind.Request
            or UnitKind.SearchCall => (1, "{0} each"),
            _ => (1_000_000, "{0} per 1M"),
        };
        return texts[key, Roubles(line.NanoPerThousand * (decimal)per / 1_000_000_000_000m)];
    }

    public static string Cost(ChargeLine line) => Roubles(ExactCost(line));

    /// <summary>What was added to come to a whole quantum. For reading only: what is charged was rounded in Charge.</summary>
    public static string Rounding(Charge charge) =>
        Roubles((decimal)charge.Uncapped.Micro / Money.MicroPerRouble - Exact(charge));

    public static string BeforeRounding(Charge charge) => Roubles(Exact(charge));

    public static bool IsRounded(Charge charge) =>
        (decimal)charge.Uncapped.Micro / Money.MicroPerRouble != Exact(charge);

    public static string Coefficient(int ppm) =>
        "× " + (ppm / 1_000_000m).ToString("0.######", Culture);

    public static string Signed(Money amount) =>
        amount < Money.Zero
            ? Minus + (-amount).ToExactString(Culture)
            : "+" + amount.ToExactString(Culture);

    /// <summary>Roubles, or tokens of a pack.</summary>
    public string Signed(long amount, bool isTokens) =>
        isTokens
            ? (amount < 0 ? Minus : "+") + Plain(Math.Abs(amount), true)
            : Signed(new Money(amount));

    public string Plain(long amount, bool isTokens) =>
        isTokens ? texts["{0} tokens", Count(amount)] : new Money(amount).ToExactString(Culture);

    private static decimal Exact(Charge charge) =>
        charge.Lines.Sum(ExactCost) * charge.CoefficientPpm / 1_000_000m;

    private static decimal ExactCost(ChargeLine line) =>
        (decimal)line.NanoPerThousand * line.Quantity / 1_000_000_000_000m;

    private static string Roubles(decimal roubles) =>
        roubles.ToString("#,0.00##########", Culture) + "\u00A0₽";
}
