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
    public void More_than_there_is_and_less_than_nothing_are_refused()
    {
        Unwind.Capture(Held, 181).Problem!.Code.ShouldBe("billing.figures_exceeded");
        Unwind.Capture(Held, -1).Problem!.Code.ShouldBe("billing.figures_wrong");
        Unwind.Capture([new(Real, -1)], 0).Problem!.Code.ShouldBe("billing.figures_wrong");
        Value(Unwind.Capture([new(Real, long.MaxValue)], long.MaxValue))
            .ShouldBe([new(Real, long.MaxValue, 0)]);
    }

    private static readonly Arbitrary<(LotPart[] Parts, long Taken)> Holds = (
        from amounts in Gen.Choose(1, 50).ListOf()
        let sum = amounts.Sum()
        from taken in Gen.Choose(0, sum)
        select (
            amounts
                .Select((amount, at) => new LotPart(new Guid(at, 0, 0, new byte[8]), amount))
                .ToArray(),
            (long)taken
        )
    ).ToArbitrary();

    private static void ForAll(Func<(LotPart[] Parts, long Taken), bool> holds) =>
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
}
