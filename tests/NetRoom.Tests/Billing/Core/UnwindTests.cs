using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class UnwindTests
{
    private static readonly Guid Bonus = new(9, 0, 0, new byte[8]);
    private static readonly Guid Compensation = new(5, 0, 0, new byte[8]);
    private static readonly Guid Real = new(1, 0, 0, new byte[8]);

    private static readonly LotPart[] Held =
    [
        new(Bonus, 100),
        new(Compensation, 30),
        new(Real, 50),
    ];

    private static T Value<T>(Outcome<T> outcome) =>
        outcome.Succeeded(out var value, out var problem)
            ? value
            : throw new ShouldAssertException(problem.Code);

    [Fact]
    public void Two_of_three_images_eat_the_bonus_first_and_the_tail_goes_back() =>
        Value(Unwind.Capture(Held, 120))
            .ShouldBe([new(Bonus, 100, 0), new(Compensation, 20, 10), new(Real, 0, 50)]);

    [Fact]
    public void A_charge_given_back_returns_money_first_and_then_what_was_burnt_before_it()
    {
        Value(Unwind.Return(Held, 0, 60)).ShouldBe([new(Real, 50), new(Compensation, 10)]);
        Value(Unwind.Return(Held, 60, 120)).ShouldBe([new(Compensation, 20), new(Bonus, 100)]);
        Value(Unwind.Return(Held, 180, 0)).ShouldBeEmpty();
    }

    [Fact]
    public void More_than_there_is_and_less_than_nothing_are_refused()
    {
        Unwind.Capture(Held, 181).Problem!.Code.ShouldBe("billing.figures_exceeded");
        Unwind.Capture(Held, -1).Problem!.Code.ShouldBe("billing.figures_wrong");
        Unwind.Capture([new(Real, -1)], 0).Problem!.Code.ShouldBe("billing.figures_wrong");
        Unwind.Return(Held, 100, 81).Problem!.Code.ShouldBe("billing.figures_exceeded");
        Unwind.Return(Held, -1, 1).Problem!.Code.ShouldBe("billing.figures_wrong");
        Unwind.Return(Held, 5, -1).Problem!.Code.ShouldBe("billing.figures_wrong");
        Unwind
            .Return(Held, long.MaxValue, long.MaxValue)
            .Problem!.Code.ShouldBe("billing.figures_exceeded");
        Value(Unwind.Capture([new(Real, long.MaxValue)], long.MaxValue))
            .ShouldBe([new(Real, long.MaxValue, 0)]);
    }

    private static readonly Arbitrary<(LotPart[] Parts, long Taken, long First)> Holds = (
        from amounts in Gen.Choose(1, 50).ListOf()
        let sum = amounts.Sum()
        from taken in Gen.Choose(0, sum)
        from first in Gen.Choose(0, taken)
        select (
            amounts
                .Select((amount, at) => new LotPart(new Guid(at, 0, 0, new byte[8]), amount))
                .ToArray(),
            (long)taken,
            (long)first
        )
    ).ToArbitrary();

    private static void ForAll(Func<(LotPart[] Parts, long Taken, long First), bool> holds) =>
        Prop.ForAll(Holds, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_capture_conserves_every_lot_and_takes_in_the_recorded_order() =>
        ForAll(hold =>
        {
            var captured = Value(Unwind.Capture(hold.Parts, hold.Taken));
            var touched = captured.TakeWhile(part => part.Returned == 0).Count();
            return captured
                    .Select(part => new LotPart(part.Lot, part.Taken + part.Returned))
                    .SequenceEqual(hold.Parts)
                && captured.Sum(part => part.Taken) == hold.Taken
                && captured.Skip(touched + 1).All(part => part.Taken == 0);
        });

    [Fact]
    public void Returning_in_two_steps_is_returning_at_once_and_gives_each_lot_what_it_gave() =>
        ForAll(hold =>
        {
            LotPart[] taken =
            [
                .. Value(Unwind.Capture(hold.Parts, hold.Taken))
                    .Select(part => new LotPart(part.Lot, part.Taken)),
            ];
            var steps = Value(Unwind.Return(taken, 0, hold.First))
                .AddRange(Value(Unwind.Return(taken, hold.First, hold.Taken - hold.First)));
            return PerLot(steps).SequenceEqual(PerLot([.. taken]))
                && Value(Unwind.Return(taken, 0, hold.First)).Sum(part => part.Amount) == hold.First
                && Unwind.Return(taken, hold.First, hold.Taken - hold.First + 1).Problem
                    is not null;
        });

    private static IEnumerable<(Guid, long)> PerLot(ImmutableArray<LotPart> parts) =>
        parts
            .Where(part => part.Amount > 0)
            .GroupBy(part => part.Lot)
            .Select(lot => (lot.Key, lot.Sum(part => part.Amount)))
            .OrderBy(lot => lot.Key);
}
