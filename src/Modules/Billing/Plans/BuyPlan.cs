using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Plans;

public sealed record PlanForm
{
    public string? Product { get; init; }

    /// <summary>Of the terms that were shown.</summary>
    public int Version { get; init; }
    public Guid Purchase { get; init; }
    public bool Renews { get; init; }

    /// <summary>How many of it the person had when the page was shown.</summary>
    public int Owned { get; init; }

    /// <summary>What is changed for the product; null for a purchase of its own.</summary>
    public Guid? From { get; init; }
}

/// <summary>POST /balance/plans/buy and /balance/plans/upgrade: from the balance, once however often the form is sent.</summary>
internal static class BuyPlan
{
    public static async Task<IResult> BuyAsync(
        [FromForm] PlanForm? form,
        ICurrentAccount account,
        IEntitlements entitlements,
        BoughtThings bought,
        ShowPlans page,
        HttpContext context,
        CancellationToken cancel
    )
    {
        form ??= new();
        return await AnswerAsync(
            await FindAsync(form, account, entitlements, bought, cancel) is { } problem
                ? problem
                : await entitlements.BuyAsync(
                    account.Id,
                    form.Purchase,
                    form.Product!,
                    form.Renews,
                    cancel
                ),
            page,
            context,
            cancel
        );
    }

    public static async Task<IResult> UpgradeAsync(
        [FromForm] PlanForm? form,
        ICurrentAccount account,
        IEntitlements entitlements,
        BoughtThings bought,
        ShowPlans page,
        HttpContext context,
        CancellationToken cancel
    )
    {
        form ??= new();
        return await AnswerAsync(
            await FindAsync(form, account, entitlements, bought, cancel) is { } problem
                ? problem
                : await entitlements.UpgradeAsync(
                    account.Id,
                    form.From ?? Guid.Empty,
                    form.Purchase,
                    form.Product!,
                    cancel
                ),
            page,
            context,
            cancel
        );
    }

    /// <summary>What was shown must still be what is sold, and nothing bought in another tab meanwhile.</summary>
    private static async Task<Problem?> FindAsync(
        PlanForm form,
        ICurrentAccount account,
        IEntitlements entitlements,
        BoughtThings bought,
        CancellationToken cancel
    )
    {
        if (form.Purchase == Guid.Empty)
            return new Problem(ProblemKind.Invalid, "kernel.bad_request");
        var product = (await entitlements.ProductsAsync(cancel)).FirstOrDefault(it =>
            it.Id == form.Product
        );
        if (product is null)
            return Problem.NotFound("billing.no_product");
        if (product.Version != form.Version)
            return new Problem(ProblemKind.Conflict, "billing.terms_changed");
        var mine = (await bought.OfAsync(account.Id, cancel))
            .Where(thing => thing.ProductId == product.Id)
            .ToList();
        // The same form sent again is the same purchase.
        return mine.Count > form.Owned && mine.All(thing => thing.Id != form.Purchase)
            ? new Problem(ProblemKind.Conflict, "billing.bought_meanwhile")
            : null;
    }

    private static async Task<IResult> AnswerAsync(
        Outcome<Guid> outcome,
        ShowPlans page,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (outcome.Problem is { } problem)
            return await page.PageAsync(Purchase(problem), cancel);
        Notice.Leave(context, "Bought");
        return TypedResults.Redirect("/balance");
    }

    /// <summary>Being short of money for a purchase is not being short of it for a run.</summary>
    private static Problem Purchase(Problem problem) =>
        problem is { Code: "billing.balance_short", Args: [Money needed, Money available] }
            ? problem with
            {
                Code = "billing.purchase_short",
                Args = [needed, available, needed - available],
            }
            : problem;
}
