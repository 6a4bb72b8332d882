using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;

namespace NetRoom.Billing.Operator;

/// <summary>What the acts of owners need to be drawn: the wallet, the words, the request.</summary>
internal sealed class ActScreen(
    WalletBook book,
    LedgerWords words,
    IStringLocalizer<BillingText> texts,
    IHttpContextAccessor accessor
)
{
    public WalletBook Book => book;
    public LedgerWords Words => words;
    public IStringLocalizer<BillingText> Texts => texts;
    public HttpContext Context => accessor.HttpContext!;

    public ActField ReasonField(string? chosen) =>
        new("reason", texts["Reason"], chosen, Options: words.ReasonOptions());

    public static string WalletAddress(Guid id) => $"/operator/ledger/wallets/{id}";
}
