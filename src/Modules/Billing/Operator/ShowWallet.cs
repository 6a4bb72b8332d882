using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>GET /operator/ledger/wallets/{id}: a wallet with all that is in it.</summary>
internal static class ShowWallet
{
    public static async Task<IResult> HandleAsync(
        Guid id,
        long? before,
        bool? all,
        Guid? lots,
        Guid? holds,
        Guid? payments,
        WalletBook book,
        LedgerGlance glance,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        if (await book.HeadAsync(id, cancel) is not { } head)
            return Problem.NotFound("billing.no_wallet").ToResult();
        var everything = all == true;
        return new PageResult<WalletPage>(
            new
            {
                Me = me.Id,
                Wallet = new WalletDetails(
                    head,
                    await book.LotsAsync(id, lots, cancel),
                    await book.OpenHoldsAsync(id, holds, cancel),
                    await book.ResolvedAsync(id, everything, cancel),
                    await book.EntitlementsAsync(id, cancel),
                    await book.PaymentsAsync(id, payments, cancel),
                    await glance.OfWalletAsync(id, cancel),
                    await book.TransfersAsync(id, before, everything, cancel),
                    new WalletCursors(before, everything, lots, holds, payments)
                ),
            }
        );
    }
}
