using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Pages;

/// <summary>Products on a test database, and what a reader sees of a page.</summary>
internal static class Market
{
    public static Task<Product> PackAsync(
        this TestDatabase database,
        string id,
        long roubles,
        long tokens
    ) =>
        database.PublishAsync(
            Blank(id, ProductKind.Pack, roubles) with
            {
                Tokens = tokens,
                Days = 30,
            }
        );

    public static Task<Product> SubscriptionAsync(
        this TestDatabase database,
        string id,
        long roubles,
        int day
    ) =>
        database.PublishAsync(
            Blank(id, ProductKind.Subscription, roubles) with
            {
                Days = 30,
                DayLimit = day,
                PeriodLimit = day * 10,
            }
        );

    public static Task<Product> UnlimitedAsync(
        this TestDatabase database,
        string id,
        long roubles,
        long each
    ) =>
        database.PublishAsync(
            Blank(id, ProductKind.Unlimited, roubles) with
            {
                Days = 30,
                RefundDays = 7,
                TokenPrice = Money.Roubles(each),
            }
        );

    public static Task<Product> PublishAsync(this TestDatabase database, Product product) =>
        database.InScopeAsync(async services =>
        {
            var outcome = await services
                .GetRequiredService<IEntitlements>()
                .PublishAsync(product, default);
            outcome.Succeeded(out var published, out var problem).ShouldBeTrue(problem?.Code);
            return published!;
        });

    public static Product Blank(string id, ProductKind kind, long roubles) =>
        new(
            id,
            0,
            kind,
            $"Plan {id}",
            $"План {id}",
            ["@Text"],
            Money.Roubles(roubles),
            null,
            null,
            null,
            null,
            0,
            Money.Zero,
            true
        );

    /// <summary>The text as a person reads it, with single spaces.</summary>
    public static string Read(this IElement element) =>
        string.Join(
            ' ',
            element
                .Descendants<IText>()
                .SelectMany(text =>
                    text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
        );

    public static string[] Lines(this IDocument page) =>
        [
            .. page.QuerySelectorAll("tbody tr:not(.ledger-month)")
                .Select(row => $"{row.Children[1].Read()} {row.Children[3].Read()}"),
        ];
}
