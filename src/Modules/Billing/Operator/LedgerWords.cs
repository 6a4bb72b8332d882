using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using NetRoom.Kernel;

namespace NetRoom.Billing.Operator;

/// <summary>How accounts, kinds and amounts of the ledger are called on the pages of the owners.</summary>
internal sealed partial class LedgerWords(IStringLocalizer<BillingText> texts)
{
    public const string Rub = "RUB";

    /// <summary>Why an owner does something by hand. The ledger keeps codes, not words.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
    ["goodwill", "wrong_charge", "lost_top_up", "test", "correction", "other"];

    public string Account(int code) => Named("account", code.ToString(Invariant));

    public string Kind(string kind) => texts["kind." + kind];

    public string Class(int lotClass) => Named("class", lotClass.ToString(Invariant));

    public string Reason(string? reason) => reason is null ? "" : Named("reason", reason);

    public IReadOnlyList<(string Value, string Text)> ReasonOptions() =>
        [.. Reasons.Select(reason => (reason, Reason(reason)))];

    public string WalletStatus(int status) => Named("wallet", status.ToString(Invariant));

    public string HoldState(int state) => Named("hold", state.ToString(Invariant));

    public string HoldKind(int kind) => Named("holdkind", kind.ToString(Invariant));

    public string AdjustmentState(int state) => Named("adjustment", state.ToString(Invariant));

    /// <summary>What must be equal, and is not.</summary>
    public string Invariants(int number) => Named("invariant", number.ToString(Invariant));

    public string RefundState(int state) => Named("refund", state.ToString(Invariant));

    public string EntitlementStatus(int status) => Named("entitlement", status.ToString(Invariant));

    public string Product(int kind) => Named("product", kind.ToString(Invariant));

    /// <summary>Roubles to the last digit, or a count with the name of its pack.</summary>
    public static string Amount(long amount, string asset = Rub) =>
        asset == Rub
            ? Minus(new Money(amount).ToExactString(CultureInfo.CurrentCulture))
            : $"{Count(amount)}\u00A0{asset[(asset.IndexOf(':', StringComparison.Ordinal) + 1)..]}";

    /// <summary>The same without the name of a pack, where it stands beside.</summary>
    public static string Figure(long amount, string asset) =>
        asset == Rub ? Amount(amount) : Count(amount);

    public static string Signed(long amount, string asset = Rub) =>
        (amount > 0 ? "+" : "") + Amount(amount, asset);

    /// <summary>The end of an id: its beginning is the time, alike in all that came at once.</summary>
    public static string Brief(Guid id) => "…" + id.ToString()[^8..];

    /// <summary>For an input: plain digits with a point.</summary>
    public static string Plain(long micro) => new Money(micro).ToInvariantNumber();

    /// <summary>Signed roubles with at most six decimals, as people type them: "-12,5", "+1 000.000001".</summary>
    public static bool TryParseRoubles(string? typed, out Money amount)
    {
        amount = default;
        var plain = (typed ?? "")
            .Replace("\u00A0", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal);
        if (Roubles().Match(plain) is not { Success: true } match)
            return false;
        var whole = long.Parse(match.Groups["whole"].ValueSpan, Invariant);
        var part = long.Parse(match.Groups["part"].Value.PadRight(6, '0'), Invariant);
        var micro = whole * Money.MicroPerRouble + part;
        amount = new Money(match.Groups["minus"].Success ? -micro : micro);
        return true;
    }

    /// <summary>A form of two amounts, of which one at least is something, and a reason.</summary>
    public static Outcome<(Money Real, Money Bonus)> ReadParts(
        Guid key,
        string? real,
        string? bonus,
        string? reason
    )
    {
        if (key == Guid.Empty)
            return new Problem(ProblemKind.Invalid, "billing.bad_form");
        if (
            !TryParseRoubles(real, out var a)
            || !TryParseRoubles(bonus, out var b)
            || a < Money.Zero
            || b < Money.Zero
            || a + b == Money.Zero
        )
            return new Problem(ProblemKind.Invalid, "billing.bad_amount");
        if (reason is null || !Reasons.Contains(reason))
            return new Problem(ProblemKind.Invalid, "billing.bad_reason");
        return (a, b);
    }

    /// <summary>A code that has no words yet is shown as it is.</summary>
    private string Named(string what, string code) =>
        texts[$"ledger.{what}.{code}"] is { ResourceNotFound: false } text ? text : code;

    private static string Count(long amount) =>
        Minus(amount.ToString("N0", CultureInfo.CurrentCulture));

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string Minus(string text) => text.Replace('-', '\u2212');

    [GeneratedRegex(
        @"^(?:\+|(?<minus>[-\u2212]))?(?<whole>\d{1,12})(?:[.,](?<part>\d{1,6}))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100
    )]
    private static partial Regex Roubles();
}
