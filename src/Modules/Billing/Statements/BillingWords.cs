using System.Globalization;
using Microsoft.Extensions.Localization;
using NetRoom.Billing.Bonuses;
using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Billing.Statements;

/// <summary>How money, units and movements are called in the reader's language.</summary>
internal sealed class BillingWords(IStringLocalizer<BillingText> texts, ICatalog catalog)
{
    private const string Minus = "\u2212";

    private static CultureInfo Culture => CultureInfo.CurrentCulture;

    public string What(StatementLine line) =>
        line switch
        {
            { Kind: TransferKind.Expire } => texts["Bonus expired"],
            { ModelId: { } model } => Model(model),
            { Kind: not TransferKind.Grant } => texts["kind." + line.Kind],
            { Class: { } lotClass, SourceKind: { } source } => Source(lotClass, source),
            _ => texts["kind." + line.Kind],
        };

    public string Model(string modelId) => catalog.Find(modelId)?.Name ?? modelId;

    public string Source(LotClass lotClass, string sourceKind) =>
        sourceKind switch
        {
            GrantStarterBonus.Source => texts["Starter bonus"],
            "adjustment" => texts["Adjustment"],
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

    /// <summary>Text, image… for spending; the kind of credit otherwise.</summary>
    public string Category(StatementLine line) =>
        line switch
        {
            { Category: { } category } when line.Kind == TransferKind.Capture => texts[
                "category." + category
            ],
            { Category: null, Class: null } => texts["kind." + line.Kind],
            { Class: LotClass.Real } => texts["Top-up"],
            { Class: LotClass.Compensation } => texts["Compensation"],
            _ => texts["Bonus"],
        };

    /// <summary>Debit, credit or adjustment.</summary>
    public string Type(StatementLine line) =>
        line switch
        {
            { SourceKind: "adjustment" } => texts["Adjustment"],
            { Amount.Micro: > 0 } => texts["Credit"],
            _ => texts["Debit"],
        };

    /// <summary>"612 in · 148 out".</summary>
    public string Used(StatementLine line) =>
        line.Charge is null
            ? ""
            : string.Join(
                " · ",
                line.Charge.Lines.Select(used =>
                    texts["short." + used.Unit, Count(used.Quantity)].Value
                )
            );

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

    private static decimal Exact(Charge charge) =>
        charge.Lines.Sum(ExactCost) * charge.CoefficientPpm / 1_000_000m;

    private static decimal ExactCost(ChargeLine line) =>
        (decimal)line.NanoPerThousand * line.Quantity / 1_000_000_000_000m;

    private static string Roubles(decimal roubles) =>
        roubles.ToString("#,0.00##########", Culture) + "\u00A0₽";
}
