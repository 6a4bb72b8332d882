using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Statements;

/// <summary>GET /balance/receipts/{id} and /balance/receipts/by-job/{id}: a page, or a dialog for a fragment.</summary>
internal static class ShowReceipt
{
    public static async Task<IResult> OfTransferAsync(
        Guid transferId,
        ICurrentAccount account,
        Receipts receipts,
        HttpRequest request,
        CancellationToken cancel
    ) => Show(await receipts.OfTransferAsync(account.Id, transferId, cancel), request);

    public static async Task<IResult> OfJobAsync(
        Guid jobId,
        ICurrentAccount account,
        Receipts receipts,
        HttpRequest request,
        CancellationToken cancel
    ) => Show(await receipts.OfJobAsync(account.Id, jobId, cancel), request);

    private static IResult Show(Receipt? receipt, HttpRequest request)
    {
        if (receipt is null)
            return Problem.NotFound("billing.no_receipt").ToResult();
        return request.IsFragment()
            ? Fragment.Of<ReceiptView>(new { Receipt = receipt })
            : new PageResult<ReceiptPage>(new { Receipt = receipt });
    }
}
