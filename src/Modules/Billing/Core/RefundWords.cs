using System.Globalization;
using Microsoft.Extensions.Localization;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>A decision in sentences of the reader's language.</summary>
internal sealed class RefundWords(IStringLocalizer<BillingText> texts)
{
    /// <summary>The ground, what comes back and where to, or what to do next; one after another.</summary>
    public string Answer(RefundDecision decision) =>
        string.Join(
            ' ',
            new[]
            {
                texts[decision.Code].Value,
                Amount("refund.to_instrument", decision.ToInstrument),
                Amount("refund.to_balance", decision.ToBalance),
                Amount("refund.as_bonus", decision.Bonus),
            }.Where(sentence => sentence.Length > 0)
        );

    /// <summary>Everything that was looked at, in its order, for an operator and for a letter to the person.</summary>
    public IReadOnlyList<string> Grounds(RefundDecision decision) =>
        [.. decision.Findings.Select(finding => texts[finding.Code].Value)];

    private string Amount(string key, Money amount) =>
        amount.IsZero ? "" : texts[key, amount.ToExactString(CultureInfo.CurrentCulture)];
}
