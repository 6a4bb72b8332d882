using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Billing.Simulation;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>Whatever cannot be is answered with a problem: nothing is thrown, and nothing is done of it, not even in part.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RefusalTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private static readonly Money All = new(long.MaxValue);
    private static readonly Money Least = new(long.MinValue);
    private static readonly Money Debit = new(-1);
    private static readonly Money None = Money.Zero;

    /// <summary>The most that is whole kopecks.</summary>
    private static readonly Money Most = new(long.MaxValue / 10_000 * 10_000);

    private readonly TestDatabase database = ledger.Database;

    [Fact]
    public async Task No_command_of_the_wallet_throws_or_does_a_part()
    {
        var it = await RefusalWorld.CreateAsync(database);
        var nobody = New(database);
        Task<Problem?> Of<T>(Func<IWallet, Task<Outcome<T>>> act) => AskAsync(act);
        Task<Problem?> Hold(Purse who, Money ceiling, Funding? by = null)
        {
            var asked = who.Request(ceiling);
            asked = asked with { Quote = asked.Quote with { Funding = by ?? Funding.Wallet } };
            return Of(wallet => wallet.HoldAsync(asked, default));
        }
        Funding Pack(long tokens) => new(FundingKind.Pack, "cheap", Tokens: tokens);
        Funding Unit() => new(FundingKind.Subscription, EntitlementId: Ids.New());
        Task<Problem?> Capture(Guid hold, Money amount) =>
            Of(wallet => wallet.CaptureAsync(hold, ChargeOf(amount), default));
        Task<Problem?> Grant(Purse who, LotClass of, Money amount, string? source = null) =>
            Of(wallet =>
                wallet.GrantAsync(
                    new Grant(who.Account, of, amount, "test", source ?? $"{Ids.New()}", null),
                    default
                )
            );

        await ShouldAllBeRefusedAsync(
            ("hold of -1", "amount_invalid", () => Hold(it.Rich, Debit)),
            ("hold of -2^63", "amount_invalid", () => Hold(it.Rich, Least)),
            ("hold of 2^63-1", "balance_short", () => Hold(it.Rich, All)),
            ("hold of nobody", "balance_short", () => Hold(nobody, R(1))),
            ("hold of a closed lot", "balance_short", () => Hold(it.Spent, R(1))),
            ("hold of a frozen wallet", "wallet_frozen", () => Hold(it.Frozen, R(1))),
            ("hold of a closed wallet", "wallet_closed", () => Hold(it.Closed, R(1))),
            ("0 tokens", "amount_invalid", () => Hold(it.Rich, None, Pack(0))),
            ("-1 token", "amount_invalid", () => Hold(it.Rich, None, Pack(-1))),
            ("2^63-1 tokens", "pack_short", () => Hold(it.Rich, None, Pack(long.MaxValue))),
            ("tokens of nobody", "pack_short", () => Hold(nobody, None, Pack(1))),
            ("unit of nothing", "entitlement_ended", () => Hold(it.Rich, None, Unit())),
            ("unit of nobody", "entitlement_ended", () => Hold(nobody, None, Unit())),
            ("unit of a frozen wallet", "wallet_frozen", () => Hold(it.Frozen, None, Unit())),
            ("unit of a closed wallet", "wallet_closed", () => Hold(it.Closed, None, Unit())),
            ("capture of -1", "amount_invalid", () => Capture(it.Hold, Debit)),
            ("capture of -2^63", "amount_invalid", () => Capture(it.Hold, Least)),
            ("capture of 2^63-1", "amount_invalid", () => Capture(it.Hold, All)),
            ("capture of no hold", "no_hold", () => Capture(Ids.New(), R(1))),
            (
                "release of no hold",
                "no_hold",
                () => Of(x => x.ReleaseAsync(Ids.New(), "a", default))
            ),
            ("grant of 0", "amount_invalid", () => Grant(it.Rich, LotClass.Real, None)),
            ("grant of -1", "amount_invalid", () => Grant(it.Rich, LotClass.Bonus, Debit)),
            ("grant of -2^63", "amount_invalid", () => Grant(it.Rich, LotClass.Real, Least)),
            ("grant of 2^63-1", "too_large", () => Grant(it.Rich, LotClass.Real, All)),
            ("grant of a pack", "amount_invalid", () => Grant(it.Rich, LotClass.Pack, R(1))),
            ("grant of no class", "amount_invalid", () => Grant(it.Rich, (LotClass)9, R(1))),
            ("grant to a closed wallet", "closed", () => Grant(it.Closed, LotClass.Bonus, R(1))),
            (
                "grant of a source of another",
                "reused",
                () => Grant(nobody, LotClass.Bonus, R(1), it.Psp)
            )
        );
    }

    [Fact]
    public async Task No_rare_movement_throws_or_does_a_part()
    {
        var it = await RefusalWorld.CreateAsync(database);
        Task<Problem?> Of(Func<ILedger, Task<Outcome<bool>>> act) => AskAsync(act);
        Task<Problem?> TopUp(Purse who, Money amount, string? psp = null) =>
            Of(x => x.TopUpAsync(RefusalWorld.TopUp(who, Ids.New(), amount, psp), default));
        Task<Problem?> Void(Guid lot) => Of(x => x.VoidAsync(lot, Ids.New(), "a", null, default));
        Task<Problem?> Claim(Guid payment, Money amount) =>
            Of(x => x.ChargeBackAsync(RefusalWorld.Claim(payment, amount), null, default));
        Task<Problem?> Reverse(string known) =>
            Of(x => x.ReverseChargebackAsync("bank", known, null, default));
        Task<Problem?> Refund(Guid payment, Money amount) =>
            Of(x => x.StartRefundAsync(new RefundOrder(Ids.New(), payment, amount, "a"), default));
        Task<Problem?> Return(Guid hold, Money real, Money bonus, Guid? id = null) =>
            Of(x =>
                x.ReturnChargeAsync(
                    new ChargeReturn(id ?? Ids.New(), hold, real, bonus, "a"),
                    default
                )
            );
        Task<Problem?> WriteOff(Guid wallet, Money real) =>
            Of(x => x.WriteOffAsync(Ids.New(), wallet, real, None, "a", null, default));
        Task<Problem?> Late(Guid hold, Money amount) =>
            Of(x => x.LateSuccessAsync(hold, amount, default));

        await ShouldAllBeRefusedAsync(
            ("top-up of 0", "amount_invalid", () => TopUp(it.Rich, None)),
            ("top-up of -1", "amount_invalid", () => TopUp(it.Rich, Debit)),
            ("top-up of 2^63-1", "amount_invalid", () => TopUp(it.Rich, All)),
            ("top-up of too much", "too_large", () => TopUp(it.Rich, Most)),
            ("top-up of a closed wallet", "closed", () => TopUp(it.Closed, R(1))),
            ("top-up that was another's", "reused", () => TopUp(New(database), R(10), it.Psp)),
            ("void of no lot", "no_lot", () => Void(Ids.New())),
            ("void of money", "not_bonus", () => Void(it.RealLot)),
            ("claim of 0", "amount_invalid", () => Claim(it.Payment, None)),
            ("claim of -1", "amount_invalid", () => Claim(it.Payment, Debit)),
            ("claim of 2^63-1", "amount_invalid", () => Claim(it.Payment, All)),
            ("claim of too much", "too_much", () => Claim(it.Payment, Most)),
            ("claim of no payment", "no_payment", () => Claim(Ids.New(), R(1))),
            ("end of no claim", "no_case", () => Reverse("none")),
            ("end of a claim in a full wallet", "too_large", () => Reverse(it.FullCase)),
            ("refund of 0", "refund_too_much", () => Refund(it.Payment, None)),
            ("refund of -1", "refund_too_much", () => Refund(it.Payment, Debit)),
            ("refund of 2^63-1", "refund_too_much", () => Refund(it.Payment, All)),
            ("refund of a closed lot", "refund_too_much", () => Refund(it.SpentPayment, R(1))),
            ("refund of no payment", "no_payment", () => Refund(Ids.New(), R(1))),
            ("refund of a closed wallet", "closed", () => Refund(it.ClosedPayment, R(1))),
            (
                "end of no refund",
                "no_refund",
                () => Of(x => x.FinishRefundAsync(Ids.New(), true, default))
            ),
            (
                "return of no refund",
                "no_refund",
                () => Of(x => x.ReturnRefundAsync(Ids.New(), default))
            ),
            ("return of 0", "too_much", () => Return(it.Captured, None, None)),
            ("return of -1", "too_much", () => Return(it.Captured, Debit, R(1))),
            ("return of 2^63-1", "too_much", () => Return(it.Captured, All, All)),
            ("return of another size", "reused", () => Return(it.Captured, All, All, it.Returned)),
            ("return of no hold", "no_hold", () => Return(Ids.New(), R(1), None)),
            ("write-off of 0", "too_much", () => WriteOff(it.RichWallet, None)),
            ("write-off of -1", "too_much", () => WriteOff(it.RichWallet, Debit)),
            ("write-off of 2^63-1", "too_much", () => WriteOff(it.RichWallet, All)),
            ("write-off of nobody", "no_wallet", () => WriteOff(Ids.New(), R(1))),
            ("late success of 0", "not_released", () => Late(it.Hold, None)),
            ("late success of -1", "not_released", () => Late(it.Hold, Debit)),
            ("late success of an open run", "not_released", () => Late(it.Hold, R(1))),
            ("late success of no hold", "no_hold", () => Late(Ids.New(), R(1)))
        );
    }

    [Fact]
    public async Task No_purchase_throws_or_does_a_part()
    {
        var it = await RefusalWorld.CreateAsync(database);
        var rich = it.Rich.Account;
        Task<Problem?> Of<T>(Func<IEntitlements, Task<Outcome<T>>> act) => AskAsync(act);
        Task<Problem?> Buy(Purse who, string product, Guid? id = null) =>
            Of(x => x.BuyAsync(who.Account, id ?? Ids.New(), product, false, default));

        await ShouldAllBeRefusedAsync(
            ("purchase of nothing", "no_product", () => Buy(it.Rich, "none")),
            ("purchase by nobody", "balance_short", () => Buy(New(database), "cheap")),
            ("purchase for 2^63", "balance_short", () => Buy(it.Rich, "dear")),
            ("purchase of a closed lot", "balance_short", () => Buy(it.Spent, "cheap")),
            ("purchase of a frozen wallet", "wallet_frozen", () => Buy(it.Frozen, "cheap")),
            ("purchase of a closed wallet", "closed", () => Buy(it.Closed, "cheap")),
            ("purchase under a run's id", "reused", () => Buy(it.Rich, "cheap", it.Hold)),
            ("another purchase under one id", "reused", () => Buy(it.Rich, "twin", it.Bought)),
            (
                "renewal of nothing",
                "no_entitlement",
                () => Of(x => x.RenewAsync(Ids.New(), default))
            ),
            (
                "upgrade of nothing",
                "no_entitlement",
                () => Of(x => x.UpgradeAsync(rich, Ids.New(), Ids.New(), "cheap", default))
            ),
            (
                "cancellation of nothing",
                "no_entitlement",
                () => Of(x => x.SetRenewalAsync(rich, Ids.New(), false, default))
            ),
            (
                "refund of no pack",
                "no_pack",
                () => Of(x => x.RefundPackAsync(rich, Ids.New(), null, default))
            ),
            (
                "refund of money",
                "no_pack",
                () => Of(x => x.RefundPackAsync(rich, it.RealLot, null, default))
            ),
            (
                "refund of no plan",
                "no_entitlement",
                () => Of(x => x.RefundPlanAsync(rich, Ids.New(), null, default))
            ),
            (
                "product for -1 kopeck",
                "product_invalid",
                () =>
                    Of(x =>
                        x.PublishAsync(RefusalWorld.Product("minus", Money.Kopecks(-1)), default)
                    )
            ),
            (
                "product with 2^31-1 days of refund",
                "product_invalid",
                () =>
                    Of(x =>
                        x.PublishAsync(
                            RefusalWorld.Product("long", R(1)) with
                            {
                                RefundDays = int.MaxValue,
                            },
                            default
                        )
                    )
            )
        );
    }

    private Task<Problem?> AskAsync<TService, T>(Func<TService, Task<Outcome<T>>> act)
        where TService : notnull =>
        database.InScopeAsync(async services =>
            (await act(services.GetRequiredService<TService>())).Problem
        );

    private async Task ShouldAllBeRefusedAsync(
        params (string What, string Code, Func<Task<Problem?>> Ask)[] tries
    )
    {
        var before = await StateAsync();
        foreach (var (what, code, ask) in tries)
        {
            ((await ask())?.Code).ShouldBe("billing." + code, what);
            (await StateAsync()).ShouldBe(before, what);
        }
    }

    private Task<string> StateAsync() => database.ScalarAsync<string>(SimulationSchema.State);
}
