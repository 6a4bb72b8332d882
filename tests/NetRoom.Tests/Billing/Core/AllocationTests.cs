using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing.Core;

namespace NetRoom.Tests.Billing.Core;

public sealed class AllocationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static BurnLot Lot(
        int id,
        BurnClass burnClass,
        long available,
        DateTimeOffset? expires = null
    ) => new(Id(id), burnClass, expires ?? DateTimeOffset.MaxValue, available);

    private static LotPart[] Parts(Allocation allocation) =>
        [.. allocation.ShouldBeOfType<Allocation.Enough>().Parts];

    [Fact]
    public void Bonus_is_burnt_first_then_compensation_then_money_and_the_tail_stays()
    {
        BurnLot[] lots =
        [
            Lot(1, BurnClass.Real, 500),
            Lot(2, BurnClass.Compensation, 30),
            Lot(3, BurnClass.Bonus, 100),
        ];
        Parts(Allocation.Of(lots, 180, Now))
            .ShouldBe([new(Id(3), 100), new(Id(2), 30), new(Id(1), 50)]);
    }

    [Fact]
    public void Inside_a_class_what_expires_sooner_goes_first_and_then_the_lower_id()
    {
        BurnLot[] lots =
        [
            Lot(3, BurnClass.Bonus, 10),
            Lot(2, BurnClass.Bonus, 10, Now.AddDays(2)),
            Lot(1, BurnClass.Bonus, 10, Now.AddDays(2)),
            Lot(-1, BurnClass.Bonus, 10, Now.AddDays(2)),
            Lot(4, BurnClass.Bonus, 10, Now.AddDays(1)),
        ];
        // Id(-1) is ffffffff-…: the last, as in PostgreSQL.
        Parts(Allocation.Of(lots, 50, Now))
            .Select(part => part.Lot)
            .ShouldBe([Id(4), Id(1), Id(2), Id(-1), Id(3)]);
    }

    [Fact]
    [Invariant(30)]
    public void A_lot_is_spendable_until_the_instant_of_its_expiry()
    {
        BurnLot[] lots = [Lot(1, BurnClass.Bonus, 10, Now)];
        Parts(Allocation.Of(lots, 10, Now.AddTicks(-1))).ShouldHaveSingleItem();
        Allocation.Of(lots, 10, Now).ShouldBe(new Allocation.NotEnough(0));
    }

    [Fact]
    public void A_debt_stays_covered_by_what_is_left()
    {
        BurnLot[] lots = [Lot(1, BurnClass.Real, 100)];
        Parts(Allocation.Of(lots, 70, Now, debt: 30)).ShouldBe([new(Id(1), 70)]);
        Allocation.Of(lots, 71, Now, debt: 30).ShouldBe(new Allocation.NotEnough(70));
        Allocation.Of(lots, 1, Now, debt: 101).ShouldBe(new Allocation.NotEnough(0));
    }

    [Fact]
    public void Nothing_takes_nothing_and_one_unit_takes_one()
    {
        Parts(Allocation.Of([], 0, Now, debt: 5)).ShouldBeEmpty();
        Parts(Allocation.Of([Lot(1, BurnClass.Pack, 1)], 1, Now)).ShouldBe([new(Id(1), 1)]);
    }

    [Fact]
    public void Two_lots_of_the_largest_amount_do_not_overflow()
    {
        BurnLot[] lots =
        [
            Lot(1, BurnClass.Real, long.MaxValue),
            Lot(2, BurnClass.Real, long.MaxValue),
        ];
        Parts(Allocation.Of(lots, long.MaxValue, Now, debt: long.MaxValue))
            .ShouldBe([new(Id(1), long.MaxValue)]);
        Allocation
            .Of(lots[..1], long.MaxValue, Now, debt: long.MaxValue)
            .ShouldBe(new Allocation.NotEnough(0));
    }

    [Fact]
    public void A_figure_below_zero_is_refused()
    {
        Allocation.Of([], -1, Now).ShouldBeOfType<Allocation.Refused>();
        Allocation.Of([], 1, Now, debt: long.MinValue).ShouldBeOfType<Allocation.Refused>();
        Allocation
            .Of([Lot(1, BurnClass.Real, -1)], 1, Now)
            .ShouldBeOfType<Allocation.Refused>()
            .Problem.Code.ShouldBe("billing.figures_wrong");
    }

    private static readonly Arbitrary<(BurnLot[] Lots, long Amount, long Debt)> Purses = (
        from lots in (
            from id in Gen.Choose(0, 1_000_000)
            from burnClass in Gen.Elements(Enum.GetValues<BurnClass>())
            from hours in Gen.Choose(-2, 3)
            from available in Gen.OneOf(Gen.Choose(0, 3), Gen.Choose(0, 1_000))
            select Lot(id, burnClass, available, Now.AddHours(hours))
        ).ListOf()
        from amount in Gen.Choose(0, 2_000)
        from debt in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 300))
        select (lots.DistinctBy(lot => lot.Id).ToArray(), (long)amount, (long)debt)
    ).ToArbitrary();

    private static void ForAll(Func<(BurnLot[] Lots, long Amount, long Debt), bool> holds) =>
        Prop.ForAll(Purses, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void The_parts_sum_to_the_amount_or_there_is_not_enough() =>
        ForAll(purse =>
        {
            var live = purse.Lots.Where(lot => lot.ExpiresAt > Now).Sum(lot => lot.Available);
            return Allocation.Of(purse.Lots, purse.Amount, Now, purse.Debt) switch
            {
                Allocation.Enough enough => enough.Parts.Sum(part => part.Amount) == purse.Amount
                    && enough.Parts.All(part => part.Amount > 0)
                    && (purse.Amount == 0 || live - purse.Amount >= purse.Debt),
                Allocation.NotEnough few => few.Available == Math.Max(0, live - purse.Debt)
                    && few.Available < purse.Amount,
                _ => false,
            };
        });

    [Fact]
    public void No_lot_that_sorts_before_a_used_one_has_anything_left() =>
        ForAll(purse =>
        {
            if (
                Allocation.Of(purse.Lots, purse.Amount, Now, purse.Debt)
                is not Allocation.Enough enough
            )
            {
                return true;
            }

            var taken = enough.Parts.ToDictionary(part => part.Lot, part => part.Amount);
            var left = Allocation
                .InBurnOrder(purse.Lots.Where(lot => lot.ExpiresAt > Now))
                .Select(lot => (lot.Id, Left: lot.Available - taken.GetValueOrDefault(lot.Id)))
                .ToList();
            var last = left.FindLastIndex(lot => taken.ContainsKey(lot.Id));
            return left.Take(Math.Max(0, last)).All(lot => lot.Left == 0)
                && left.All(lot => lot.Left >= 0);
        });

    [Fact]
    public void The_order_in_which_lots_are_given_does_not_matter() =>
        ForAll(purse =>
            Same(
                Allocation.Of(purse.Lots, purse.Amount, Now, purse.Debt),
                Allocation.Of(purse.Lots.Reverse(), purse.Amount, Now, purse.Debt)
            )
        );

    private static bool Same(Allocation a, Allocation b) =>
        (a, b) is (Allocation.Enough one, Allocation.Enough two)
            ? one.Parts.SequenceEqual(two.Parts)
            : a == b;
}
