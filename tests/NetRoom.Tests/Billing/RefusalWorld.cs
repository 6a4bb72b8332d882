using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>Wallets in every state that refuses something.</summary>
internal sealed class RefusalWorld
{
    public required Purse Rich { get; init; }
    public required Guid RichWallet { get; init; }
    public required Guid Payment { get; init; }
    public required string Psp { get; init; }
    public required Guid RealLot { get; init; }
    public required Guid Hold { get; init; }
    public required Guid Captured { get; init; }
    public required Guid Returned { get; init; }
    public required Guid Bought { get; init; }
    public required Purse Spent { get; init; }
    public required Guid SpentPayment { get; init; }
    public required Purse Frozen { get; init; }
    public required Purse Closed { get; init; }
    public required Guid ClosedPayment { get; init; }
    public required string FullCase { get; init; }

    public static async Task<RefusalWorld> CreateAsync(TestDatabase database)
    {
        Task DoneAsync(Func<ILedger, Task<Outcome<bool>>> act) =>
            database.InScopeAsync(async services =>
                Purse.Done(await act(services.GetRequiredService<ILedger>()))
            );
        var (rich, spent, frozen) = (New(database), New(database), New(database));
        var (closed, full) = (New(database), New(database));
        var payments = Enumerable.Range(0, 4).Select(_ => Ids.New()).ToArray();
        var psp = Ids.New().ToString();
        await DoneAsync(it => it.TopUpAsync(TopUp(rich, payments[0], R(10), psp), default));
        await DoneAsync(it => it.TopUpAsync(TopUp(spent, payments[1], R(1)), default));
        await DoneAsync(it => it.TopUpAsync(TopUp(closed, payments[2], R(5)), default));
        await DoneAsync(it => it.TopUpAsync(TopUp(full, payments[3], R(1)), default));
        var hold = await rich.HoldAsync(R(2));
        var captured = await rich.HoldAsync(R(1));
        await rich.CaptureAsync(captured, R(1));
        var returned = Ids.New();
        await DoneAsync(it =>
            it.ReturnChargeAsync(
                new ChargeReturn(returned, captured, Money.Kopecks(1), Money.Zero, "error"),
                default
            )
        );
        await rich.GrantAsync(LotClass.Bonus, R(1), source: psp);
        await spent.CaptureAsync(await spent.HoldAsync(R(1)), R(1));
        await frozen.GrantAsync(LotClass.Real, R(5));
        var claim = Claim(payments[3], R(1));
        await DoneAsync(it => it.ChargeBackAsync(claim, null, default));
        await full.GrantAsync(LotClass.Real, new Money(long.MaxValue));
        await rich.SqlAsync(
            $"""
            UPDATE billing.wallet SET status = 1 WHERE account_id = '{frozen.Account}';
            UPDATE billing.wallet SET status = 2 WHERE account_id = '{closed.Account}';
            """
        );
        foreach (
            var product in (Product[])
                [Product("cheap", R(1)), Product("twin", R(1)), Product("dear", Most)]
        )
            await database.InScopeAsync(services =>
                services.GetRequiredService<IEntitlements>().PublishAsync(product, default)
            );
        var bought = await database.InScopeAsync(async services =>
            Purse.Done(
                await services
                    .GetRequiredService<IEntitlements>()
                    .BuyAsync(rich.Account, Ids.New(), "cheap", false, default)
            )
        );
        return new RefusalWorld
        {
            Rich = rich,
            RichWallet = await database.ScalarAsync<Guid>(
                $"SELECT id FROM billing.wallet WHERE account_id = '{rich.Account}'"
            ),
            Payment = payments[0],
            Psp = psp,
            RealLot = await database.ScalarAsync<Guid>(
                $"SELECT lot_id FROM billing.payment WHERE id = '{payments[0]}'"
            ),
            Hold = hold,
            Captured = captured,
            Returned = returned,
            Bought = bought,
            Spent = spent,
            SpentPayment = payments[1],
            Frozen = frozen,
            Closed = closed,
            ClosedPayment = payments[2],
            FullCase = claim.CaseId,
        };
    }

    private static readonly Money Most = new(long.MaxValue / 10_000 * 10_000);

    public static TopUp TopUp(Purse who, Guid id, Money amount, string? psp = null) =>
        new(id, who.Account, "bank", psp ?? $"{id}", amount, true, InAnHour);

    public static ChargebackCase Claim(Guid payment, Money amount) =>
        new(Ids.New(), "bank", $"{Ids.New()}", payment, amount);

    public static Product Product(string id, Money price) =>
        new(
            id,
            1,
            ProductKind.Pack,
            "Pack",
            "Пакет",
            ["@Text"],
            price,
            Tokens: 5,
            Days: null,
            PeriodLimit: null,
            DayLimit: null,
            RefundDays: 0,
            TokenPrice: Money.Zero,
            OnSale: true
        );
}
