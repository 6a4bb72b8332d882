using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class PurchaseRefundTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly RefundSubject.Pack Pack = new(
        Tokens: 1_000,
        PriceReal: Money.Roubles(450),
        PriceBonus: Money.Roubles(50),
        Unused: 333,
        Held: 0,
        ExpiresAt: At.AddDays(1)
    );

    private static readonly RefundSubject.Plan Plan = new(
        PriceReal: Money.Roubles(900),
        PriceBonus: Money.Roubles(100),
        Used: 30,
        TokenPrice: Money.Roubles(12),
        RefundUntil: At,
        InFlight: 0
    );

    private static (string, Money, Money) Due(RefundDecision decision) =>
        (decision.Code, decision.ToBalance, decision.Bonus);

    private static void Nothing(RefundDecision decision, string code)
    {
        Due(decision).ShouldBe((code, Money.Zero, Money.Zero));
        decision.IsDue.ShouldBeFalse();
    }

    [Fact]
    public void A_third_of_a_pack_returns_a_third_of_its_money_as_money_and_of_its_bonus_as_bonus()
    {
        // 333 × 450 / 1,000 = 149.85 ₽ and 333 × 50 / 1,000 = 16.65 ₽.
        Due(PackRefund.Of(Pack, At))
            .ShouldBe((RefundClause.PackUnused, Money.Kopecks(14_985), Money.Kopecks(1_665)));
        // 100 µ₽ / 3 × 1 = 33 µ₽.
        Due(
                PackRefund.Of(
                    Pack with
                    {
                        Tokens = 3,
                        Unused = 1,
                        PriceReal = new(100),
                        PriceBonus = default,
                    },
                    At
                )
            )
            .ShouldBe((RefundClause.PackUnused, new Money(33), Money.Zero));
    }

    [Fact]
    public void A_pack_is_not_returned_twice_nor_expired_nor_in_use_nor_used_up_nor_free()
    {
        Nothing(PackRefund.Of(Pack with { Returned = true }, At), RefundClause.PackReturned);
        Nothing(PackRefund.Of(Pack, Pack.ExpiresAt), RefundClause.PackExpired);
        PackRefund.Of(Pack, Pack.ExpiresAt.AddTicks(-1)).IsDue.ShouldBeTrue();
        Nothing(PackRefund.Of(Pack with { Held = 1 }, At), RefundClause.PackInUse);
        Nothing(PackRefund.Of(Pack with { Unused = 0 }, At), RefundClause.PackUsedUp);
        Nothing(
            PackRefund.Of(Pack with { PriceReal = default, PriceBonus = default }, At),
            RefundClause.PackUsedUp
        );
    }

    [Fact]
    public void A_pack_whose_figures_cannot_be_is_left_to_an_operator()
    {
        RefundSubject.Pack[] impossible =
        [
            Pack with
            {
                Tokens = 0,
                Unused = 0,
            },
            Pack with
            {
                Unused = -1,
            },
            Pack with
            {
                Unused = 1_001,
            },
            Pack with
            {
                Unused = long.MaxValue,
                Held = long.MaxValue,
            },
            Pack with
            {
                PriceReal = new(-1),
            },
        ];
        foreach (var pack in impossible)
        {
            Nothing(PackRefund.Of(pack, At), RefundClause.FiguresWrong);
        }

        var huge = new RefundSubject.Pack(
            long.MaxValue,
            new(long.MaxValue),
            default,
            long.MaxValue,
            0,
            DateTimeOffset.MaxValue
        );
        PackRefund.Of(huge, At).ToBalance.ShouldBe(new Money(long.MaxValue));
    }

    [Fact]
    public void A_plan_bought_with_money_returns_its_price_less_the_generations()
    {
        // 1,000 − 30 × 12 = 640 ₽.
        var bought = Plan with
        {
            PriceReal = Money.Roubles(1_000),
            PriceBonus = default,
        };
        Due(PlanRefund.Of(bought, At))
            .ShouldBe((RefundClause.PlanUnused, Money.Roubles(640), Money.Zero));
    }

    [Fact]
    public void What_was_used_of_a_plan_comes_off_its_real_share_first()
    {
        // 360 ₽ used of 900 ₽; the 100 ₽ of bonus are left.
        Due(PlanRefund.Of(Plan, At))
            .ShouldBe((RefundClause.PlanUnused, Money.Roubles(540), Money.Roubles(100)));
        // 948 ₽ used: no money is left, and 52 of the bonus.
        Due(PlanRefund.Of(Plan with { Used = 79 }, At))
            .ShouldBe((RefundClause.PlanUnused, Money.Zero, Money.Roubles(52)));
    }

    [Fact]
    public void A_plan_is_not_returned_twice_nor_late_nor_in_flight_nor_used_up()
    {
        Nothing(PlanRefund.Of(Plan with { Returned = true }, At), RefundClause.PlanReturned);
        Nothing(PlanRefund.Of(Plan, At.AddTicks(1)), RefundClause.PlanLate);
        Nothing(PlanRefund.Of(Plan with { InFlight = 1 }, At), RefundClause.PlanInUse);
        Nothing(PlanRefund.Of(Plan with { Used = 84 }, At), RefundClause.PlanUsedUp);
        PlanRefund.Of(Plan with { Used = 83 }, At).Bonus.ShouldBe(Money.Roubles(4));
        Nothing(
            PlanRefund.Of(Plan with { Used = long.MaxValue, TokenPrice = new(long.MaxValue) }, At),
            RefundClause.PlanUsedUp
        );
        Nothing(PlanRefund.Of(Plan with { Used = -1 }, At), RefundClause.FiguresWrong);
        Nothing(PlanRefund.Of(Plan with { TokenPrice = new(-1) }, At), RefundClause.FiguresWrong);
    }

    private static readonly Arbitrary<(RefundSubject.Pack Pack, long Used)> Packs = (
        from tokens in Gen.Choose(1, 400)
        from unused in Gen.Choose(0, tokens)
        from real in Gen.OneOf(Gen.Choose(0, 30), Gen.Choose(0, 1_000_000_000))
        from bonus in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 1_000_000))
        select (
            Pack with
            {
                Tokens = tokens,
                Unused = unused,
                PriceReal = new(real),
                PriceBonus = new(bonus),
            },
            (long)tokens - unused
        )
    ).ToArbitrary();

    private static long Earned(Money price, RefundSubject.Pack pack, long used) =>
        Recognition.Earned(price, used, pack.Tokens).Succeeded(out var earned, out var problem)
            ? earned.Micro
            : throw new ShouldAssertException(problem.Code);

    [Fact]
    [Invariant(27)]
    public void A_pack_never_returns_more_than_its_price_less_what_it_earned() =>
        Prop.ForAll(
                Packs,
                sold =>
                {
                    var (pack, used) = sold;
                    var due = PackRefund.Of(pack, At);
                    return due.ToBalance.Micro
                            <= pack.PriceReal.Micro - Earned(pack.PriceReal, pack, used)
                        && due.Bonus.Micro
                            <= pack.PriceBonus.Micro - Earned(pack.PriceBonus, pack, used)
                        && due.ToBalance.Micro + due.Bonus.Micro
                            <= pack.PriceReal.Micro
                                + pack.PriceBonus.Micro
                                - Earned(pack.PriceReal + pack.PriceBonus, pack, used);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void One_unused_token_more_never_returns_less() =>
        Prop.ForAll(
                Packs,
                sold =>
                    sold.Used == 0
                    || PackRefund.Of(sold.Pack, At).ToBalance
                        <= PackRefund
                            .Of(sold.Pack with { Unused = sold.Pack.Unused + 1 }, At)
                            .ToBalance
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    [Invariant(29)]
    public void A_plan_returns_between_nothing_and_its_price_and_less_with_every_use() =>
        Prop.ForAll(
                (
                    from real in Gen.Choose(0, 10_000)
                    from bonus in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 10_000))
                    from used in Gen.Choose(0, 200)
                    from price in Gen.Choose(0, 200)
                    select Plan with
                    {
                        PriceReal = new(real),
                        PriceBonus = new(bonus),
                        Used = used,
                        TokenPrice = new(price),
                    }
                ).ToArbitrary(),
                plan =>
                {
                    var due = PlanRefund.Of(plan, At);
                    var more = PlanRefund.Of(plan with { Used = plan.Used + 1 }, At);
                    var total = plan.PriceReal.Micro + plan.PriceBonus.Micro;
                    return due.ToBalance >= Money.Zero
                        && due.ToBalance.Micro
                            == Math.Max(0, plan.PriceReal.Micro - plan.Used * plan.TokenPrice.Micro)
                        && due.Bonus >= Money.Zero
                        && due.Bonus <= plan.PriceBonus
                        && due.ToBalance.Micro + due.Bonus.Micro
                            == Math.Max(0, total - plan.Used * plan.TokenPrice.Micro)
                        && more.ToBalance <= due.ToBalance
                        && more.Bonus <= due.Bonus;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
