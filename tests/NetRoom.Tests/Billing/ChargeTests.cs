using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing;

public sealed class ChargeTests
{
    private const int Whole = 1_000_000;
    private static readonly Money NoCeiling = new(long.MaxValue);

    /// <summary>Dollars per million tokens at 100 ₽ a dollar, as nano-roubles per 1,000.</summary>
    private static Rate PerMillion(UnitKind unit, decimal dollars, long fromPrompt = 0) =>
        new(unit, (long)(dollars * 100 * 1_000_000), FromPromptTokens: fromPrompt);

    private static Usage Used(params (UnitKind Unit, long Quantity)[] counts) =>
        new([.. counts.Select(count => new UnitCount(count.Unit, count.Quantity))]);

    private static readonly RateCard Haiku55 = new([
        PerMillion(UnitKind.Input, 0.10m),
        PerMillion(UnitKind.CachedInput, 0.01m),
        PerMillion(UnitKind.CacheWrite5m, 0.125m),
        PerMillion(UnitKind.Output, 0.50m),
        PerMillion(UnitKind.Input, 0.50m, 100_001),
        PerMillion(UnitKind.CachedInput, 0.05m, 100_001),
        PerMillion(UnitKind.CacheWrite5m, 0.625m, 100_001),
        PerMillion(UnitKind.Output, 2.50m, 100_001),
    ]);

    private static readonly RateCard Astra = new([
        PerMillion(UnitKind.Input, 10),
        PerMillion(UnitKind.Output, 50),
        PerMillion(UnitKind.Input, 20, 272_001),
        PerMillion(UnitKind.Output, 75, 272_001),
    ]);

    private static readonly RateCard Grok43 = new([
        PerMillion(UnitKind.Input, 1.25m),
        PerMillion(UnitKind.CachedInput, 0.20m),
        PerMillion(UnitKind.Output, 2.50m),
    ]);

    private static Money Cost(
        RateCard rates,
        Usage usage,
        int ppm = Whole,
        Money? ceiling = null
    ) => Charge.Compute(rates, ppm, usage, ceiling ?? NoCeiling).Amount;

    [Fact]
    public void The_worked_examples_come_out_to_the_kopeck()
    {
        // 3.75 ₽
        Cost(
                Haiku55,
                Used(
                    (UnitKind.Input, 40_000),
                    (UnitKind.CachedInput, 50_000),
                    (UnitKind.CacheWrite5m, 20_000),
                    (UnitKind.Output, 1_000)
                )
            )
            .ShouldBe(Money.Kopecks(375));
        // 551.502 ₽ is rounded up to a kopeck.
        Cost(Astra, Used((UnitKind.Input, 272_001), (UnitKind.Output, 1_000)))
            .ShouldBe(Money.Kopecks(55_151));
        Cost(Astra, Used((UnitKind.Input, 271_000), (UnitKind.Output, 1_000)))
            .ShouldBe(Money.Roubles(276));
        // 0.2685 ₽; reasoning has no rate of its own and costs what output costs.
        Cost(
                Grok43,
                Used(
                    (UnitKind.Input, 100),
                    (UnitKind.CachedInput, 300),
                    (UnitKind.Output, 50),
                    (UnitKind.Reasoning, 950)
                )
            )
            .ShouldBe(new Money(268_500));
    }

    [Fact]
    public void One_token_of_a_cheap_model_costs_one_hundredth_of_a_kopeck_and_no_token_costs_nothing()
    {
        Cost(Haiku55, Used((UnitKind.Input, 1))).ShouldBe(new Money(100));
        Cost(Haiku55, Used((UnitKind.Input, 0))).ShouldBe(Money.Zero);
        Cost(Haiku55, Usage.None).ShouldBe(Money.Zero);
    }

    [Fact]
    public void A_missing_cache_rate_costs_the_fresh_rate_and_an_explicit_zero_is_free()
    {
        var missing = new RateCard([PerMillion(UnitKind.Input, 1)]);
        Cost(missing, Used((UnitKind.CachedInput, 1_000_000))).ShouldBe(Money.Roubles(100));
        var free = new RateCard([
            PerMillion(UnitKind.Input, 1),
            PerMillion(UnitKind.CachedInput, 0),
        ]);
        Cost(free, Used((UnitKind.CachedInput, 1_000_000))).ShouldBe(Money.Zero);
    }

    [Fact]
    [BillingFailure(13)]
    public void A_used_unit_without_a_rate_is_an_error_and_an_unused_one_is_not()
    {
        Should.Throw<UnpricedUnitException>(() => Cost(Grok43, Used((UnitKind.Image, 1))));
        Cost(Grok43, Used((UnitKind.Image, 0))).ShouldBe(Money.Zero);
    }

    [Fact]
    [Fault(41)]
    public void What_does_not_fit_throws_and_never_wraps()
    {
        var dear = new RateCard([new Rate(UnitKind.Input, long.MaxValue)]);
        Should.Throw<OverflowException>(() => Cost(dear, Used((UnitKind.Input, long.MaxValue))));
        Should.Throw<OverflowException>(() =>
            Cost(dear, Used((UnitKind.Input, long.MaxValue)), int.MaxValue)
        );
    }

    [Fact]
    public void The_ceiling_caps_the_amount_and_what_was_above_stays_visible()
    {
        var usage = Used((UnitKind.Input, 1_000_000));
        var charge = Charge.Compute(Grok43, Whole, usage, Money.Roubles(100));
        (charge.Amount, charge.Uncapped).ShouldBe((Money.Roubles(100), Money.Roubles(125)));
        Charge
            .Compute(Grok43, Whole, usage with { Estimated = true }, NoCeiling)
            .Estimated.ShouldBeTrue();
    }

    private static readonly Arbitrary<(long Rate, long Input, long Output, int Ppm)> Runs = (
        from rate in Gen.Choose(0, 2_000_000_000)
        from input in Gen.OneOf(Gen.Choose(0, 100), Gen.Choose(0, 2_000_000))
        from output in Gen.OneOf(Gen.Choose(0, 100), Gen.Choose(0, 200_000))
        from ppm in Gen.Elements(0, 1, 500_000, Whole, 1_234_567, 3_000_000)
        select (rate * 25L, (long)input, (long)output, ppm)
    ).ToArbitrary();

    private static RateCard Card(long rate) =>
        new([new Rate(UnitKind.Input, rate), new Rate(UnitKind.Output, rate / 2 + 1)]);

    private static void ForAll(Func<(long Rate, long Input, long Output, int Ppm), bool> holds) =>
        Prop.ForAll(Runs, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static Money Cost((long Rate, long Input, long Output, int Ppm) run) =>
        Cost(
            Card(run.Rate),
            Used((UnitKind.Input, run.Input), (UnitKind.Output, run.Output)),
            run.Ppm
        );

    [Fact]
    public void It_is_rounded_once_and_up_by_less_than_a_quantum() =>
        ForAll(run =>
        {
            var exact =
                ((Int128)run.Rate * run.Input + (Int128)(run.Rate / 2 + 1) * run.Output) * run.Ppm;
            var charged = (Int128)Cost(run).Micro * 1_000_000_000_000;
            var quantum =
                exact >= (Int128)1_000_000_000_000 * Money.MicroPerRouble
                    ? Charge.CoarseQuantum
                    : Charge.FineQuantum;
            return charged >= exact && charged - exact < (Int128)1_000_000_000_000 * quantum;
        });

    [Fact]
    public void It_is_a_whole_number_of_quanta() =>
        ForAll(run =>
        {
            var micro = Cost(run).Micro;
            return micro
                    % (micro > Money.MicroPerRouble ? Charge.CoarseQuantum : Charge.FineQuantum)
                == 0;
        });

    [Fact]
    public void More_use_never_costs_less() =>
        ForAll(run =>
            Cost(run with { Input = run.Input + 1 }) >= Cost(run)
            && Cost(run with { Output = run.Output + 7 }) >= Cost(run)
        );

    [Fact]
    public void A_higher_coefficient_never_costs_less() =>
        ForAll(run => Cost(run with { Ppm = run.Ppm + 1 }) >= Cost(run));

    [Fact]
    public void It_is_never_above_the_ceiling() =>
        ForAll(run =>
        {
            var ceiling = new Money(run.Rate % 7_000_000);
            var usage = Used((UnitKind.Input, run.Input), (UnitKind.Output, run.Output));
            return Cost(Card(run.Rate), usage, run.Ppm, ceiling) == Money.Min(ceiling, Cost(run));
        });
}
