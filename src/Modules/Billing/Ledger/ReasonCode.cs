using System.Text.RegularExpressions;

namespace NetRoom.Billing.Ledger;

/// <summary>The ledger keeps no free text: a reason is a short code. A release must never fail for the sake of its reason.</summary>
internal static partial class ReasonCode
{
    public static string Of(string reason) => Code().IsMatch(reason) ? reason : "other";

    [GeneratedRegex(@"^[a-z0-9_.]{1,40}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Code();
}
