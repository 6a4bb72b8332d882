using System.Globalization;
using Microsoft.Extensions.Localization;
using NetRoom.Billing.Statements;
using NetRoom.Catalog;
using NetRoom.Kernel.Texts;

namespace NetRoom.Billing.Plans;

/// <summary>The terms of what is sold, in plain words.</summary>
internal sealed class PlanWords(IStringLocalizer<BillingText> texts, ICatalog catalog)
{
    public static string Name(Product product) => product.Name(Languages.Current);

    public string Kind(ProductKind kind) => texts["product." + kind];

    public IReadOnlyList<string> Terms(Product product)
    {
        List<string> terms = [];
        if (product.Tokens is { } tokens)
            terms.Add(texts["Tokens: {0}", BillingWords.Count(tokens)]);
        if (product.Kind == ProductKind.Unlimited)
            terms.Add(texts["Any number of runs"]);
        if (product.PeriodLimit is { } period)
            terms.Add(texts["Runs in the whole term: {0}", BillingWords.Count(period)]);
        if (product.DayLimit is { } day)
            terms.Add(
                texts[
                    "Runs a day: {0}; what is left of a day does not pass on",
                    BillingWords.Count(day)
                ]
            );
        terms.Add(
            product.Days is { } days
                ? texts["Term, days: {0}", BillingWords.Count(days)]
                : texts["Without a term"]
        );
        if (product is { Kind: ProductKind.Unlimited, RefundDays: > 0 })
            terms.Add(
                texts[
                    "Refund within so many days: {0}. The price comes back less {1} for each run",
                    product.RefundDays,
                    product.TokenPrice.ToExactString(CultureInfo.CurrentCulture)
                ]
            );
        else if (product.Kind == ProductKind.Pack)
            terms.Add(
                texts[
                    "What unused tokens cost can be returned to the balance at any time within the term"
                ]
            );
        else if (product.Kind != ProductKind.Free)
            terms.Add(
                texts[
                    "Not refundable, but it can be changed for another one: what is unused is counted"
                ]
            );
        return terms;
    }

    /// <summary>Names of models; a group is "all of it".</summary>
    public string Models(Product product) =>
        string.Join(
            ", ",
            product.Models.Select(model =>
                model.StartsWith('@')
                    ? texts["models." + model[1..]].Value
                    : catalog.Find(model)?.Name ?? model
            )
        );
}
