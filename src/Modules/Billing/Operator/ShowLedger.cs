using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>GET /operator/ledger: the numbers, what waits, and a search. An address of a person is searched by POST: it stays out of logs.</summary>
internal static class ShowLedger
{
    private const int LongestWord = 254;

    public static Task<IResult> HandleAsync(
        LedgerGlance glance,
        ICurrentAccount me,
        CancellationToken cancel
    ) => PageAsync(glance, me, null, null, cancel);

    public static async Task<IResult> FindAsync(
        [FromForm] string? word,
        FindWallet find,
        LedgerGlance glance,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        var typed = word?.Replace("\0", "", StringComparison.Ordinal).Trim() ?? "";
        IReadOnlyList<FoundWallet> found = typed.Length is > 0 and <= LongestWord
            ? await find.FindAsync(typed, cancel)
            : [];
        return found is [var only]
            ? TypedResults.Redirect($"/operator/ledger/wallets/{only.Id}")
            : await PageAsync(glance, me, typed, found, cancel);
    }

    private static async Task<IResult> PageAsync(
        LedgerGlance glance,
        ICurrentAccount me,
        string? word,
        IReadOnlyList<FoundWallet>? found,
        CancellationToken cancel
    ) =>
        new PageResult<LedgerPage>(
            new
            {
                Numbers = await glance.NumbersAsync(cancel),
                Waiting = await glance.WaitingAsync(cancel),
                Me = me.Id,
                Word = word,
                Found = found,
            }
        );
}
