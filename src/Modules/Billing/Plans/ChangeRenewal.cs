using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Plans;

/// <summary>POST /balance/plans/renewal: whether another term follows this one.</summary>
internal static class ChangeRenewal
{
    public static async Task<IResult> HandleAsync(
        [FromForm] Guid id,
        [FromForm] bool renews,
        ICurrentAccount account,
        IEntitlements entitlements,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var changed = await entitlements.SetRenewalAsync(account.Id, id, renews, cancel);
        if (changed.Problem is { } problem)
            return problem.ToResult();
        Notice.Leave(context, "Saved");
        return TypedResults.Redirect("/balance");
    }
}
