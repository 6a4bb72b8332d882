using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>GET /operator/ledger/wallets/{id}/explain?at=number&amp;lot=id: how a balance came to be.</summary>
internal static class ShowExplanation
{
    public static async Task<IResult> HandleAsync(
        Guid id,
        Guid? lot,
        long? at,
        ExplainWallet explain,
        CancellationToken cancel
    ) =>
        await explain.ExplainAsync(id, lot, at, cancel) is { } explanation
            ? new PageResult<ExplainPage>(new { Explanation = explanation })
            : Problem.NotFound(lot is null ? "billing.no_wallet" : "billing.no_lot").ToResult();
}
