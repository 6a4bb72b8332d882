using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Plans;

/// <summary>GET and POST /balance/plans/refund?id=…: how a refund is computed, and then the refund.</summary>
internal static class ReturnPlan
{
    public static async Task<IResult> ShowAsync(
        Guid? id,
        ICurrentAccount account,
        BoughtThings bought,
        CancellationToken cancel
    ) =>
        id is { } asked
            ? await PageAsync(asked, account, bought, null, cancel)
            : TypedResults.Redirect("/balance");

    public static async Task<IResult> RunAsync(
        [FromForm] Guid id,
        ICurrentAccount account,
        BoughtThings bought,
        IEntitlements entitlements,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (await FindAsync(id, account, bought, cancel) is not { } thing)
            return Problem.NotFound("billing.no_entitlement").ToResult();
        var returned =
            thing.Kind == ProductKind.Pack
                ? await entitlements.RefundPackAsync(account.Id, id, null, cancel)
                : await entitlements.RefundPlanAsync(account.Id, id, null, cancel);
        if (returned.Problem is { } problem)
            return await PageAsync(id, account, bought, problem, cancel);
        Notice.Leave(context, "Returned to the balance");
        return TypedResults.Redirect("/balance");
    }

    private static async Task<IResult> PageAsync(
        Guid id,
        ICurrentAccount account,
        BoughtThings bought,
        Problem? problem,
        CancellationToken cancel
    ) =>
        await FindAsync(id, account, bought, cancel) is { } thing
            ? new PageResult<ReturnPlanPage>(
                new { Thing = thing, Problem = problem },
                problem is null ? StatusCodes.Status200OK : (int)problem.Kind
            )
            : (problem ?? Problem.NotFound("billing.no_entitlement")).ToResult();

    private static async Task<Bought?> FindAsync(
        Guid id,
        ICurrentAccount account,
        BoughtThings bought,
        CancellationToken cancel
    ) =>
        (await bought.OfAsync(account.Id, cancel)).FirstOrDefault(thing =>
            thing.Id == id && thing.Refund is not null
        );
}
