using NetRoom.Billing.Ledger;
using NetRoom.Kernel;

namespace NetRoom.Billing;

/// <summary>What billing.hold and billing.resolve are told and say, for a function of another schema that calls them.</summary>
public static class LedgerTerms
{
    public static string Json(Quote quote) => LedgerJson.Write(quote);

    public static string Json(IReadOnlyList<ChargeLine> lines) => LedgerJson.Write(lines);

    /// <summary>The ledger keeps no free text: whatever is not a short code is "other".</summary>
    public static string Reason(string code) => ReasonCode.Of(code);

    /// <summary>The problem of a hold that was not made; its codes are those of <see cref="IWallet.HoldAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The outcome is unknown.</exception>
    public static Problem Refusal(Quote quote, string outcome, long available)
    {
        var left = new Money(available);
        return outcome switch
        {
            "short" when quote.Funding.Kind == FundingKind.Pack => new(
                ProblemKind.PaymentNeeded,
                "billing.pack_short",
                quote.Funding.Tokens,
                available
            ),
            "short" => new(ProblemKind.PaymentNeeded, "billing.balance_short", quote.Ceiling, left),
            "debt" => new(ProblemKind.PaymentNeeded, "billing.debt"),
            "frozen" => new(ProblemKind.Forbidden, "billing.wallet_frozen"),
            "closed" => new(ProblemKind.Forbidden, "billing.wallet_closed"),
            "limit_message" => Limit("billing.limit_message"),
            "limit_day" => Limit("billing.limit_day"),
            "limit_month" => Limit("billing.limit_month"),
            "no_entitlement" or "ended" => new(ProblemKind.Forbidden, "billing.entitlement_ended"),
            "day_limit" => new(ProblemKind.TooMany, "billing.quota_day"),
            "period_limit" => new(ProblemKind.TooMany, "billing.quota_period"),
            "resolved" => new(ProblemKind.Conflict, "billing.hold_resolved"),
            "reused" => new(ProblemKind.Conflict, "billing.hold_reused"),
            var other => throw new InvalidOperationException($"The ledger answered '{other}'."),
        };

        Problem Limit(string code) => new(ProblemKind.Forbidden, code, quote.Ceiling, left);
    }
}
