using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Plans;

/// <summary>Another product for what is left of this one.</summary>
public sealed record UpgradeOffer(Guid From, string FromName, Money Unused, Money Difference);

/// <param name="Purchase">Made with the page: the same purchase however often its form is sent.</param>
/// <param name="Missing">How much the balance is short of; zero if it is enough.</param>
/// <param name="Owned">How many of it are not over yet.</param>
public sealed record PlanOffer(
    Product Product,
    Guid Purchase,
    Money Missing,
    int Owned,
    IReadOnlyList<UpgradeOffer> Upgrades
);

/// <summary>What the page is about.</summary>
public sealed record PlansView(Balance Balance, IReadOnlyList<PlanOffer> Offers, Problem? Problem);

/// <summary>GET /balance/plans: what is on sale, with its terms, before its price, before its button.</summary>
internal sealed class ShowPlans(
    ICurrentAccount account,
    IWallet wallet,
    IEntitlements entitlements,
    BoughtThings bought
)
{
    public static async Task<IResult> HandleAsync(ShowPlans page, CancellationToken cancel) =>
        await page.PageAsync(null, cancel);

    /// <param name="problem">Of the form that was sent; the page is shown again with it.</param>
    public async Task<IResult> PageAsync(Problem? problem, CancellationToken cancel)
    {
        var balance = await wallet.BalanceAsync(account.Id, cancel);
        var mine = await bought.OfAsync(account.Id, cancel);
        var offers = (await entitlements.ProductsAsync(cancel)).Select(product => new PlanOffer(
            product,
            Ids.New(),
            Money.Max(Money.Zero, product.Price - balance.Available),
            mine.Count(thing => thing.ProductId == product.Id),
            [
                .. mine.Where(thing => IsUpgrade(thing, product))
                    .Select(thing => new UpgradeOffer(
                        thing.Id,
                        thing.Name.In(Kernel.Texts.Languages.Current),
                        thing.Unused,
                        product.Price - thing.Unused
                    )),
            ]
        ));
        return new PageResult<PlansPage>(
            new { View = new PlansView(balance, [.. offers], problem) },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private static bool IsUpgrade(Bought thing, Product product) =>
        thing.Kind == product.Kind
        && thing.Kind is ProductKind.Subscription or ProductKind.Unlimited
        && thing.ProductId != product.Id
        && !thing.IsRefunding;
}
