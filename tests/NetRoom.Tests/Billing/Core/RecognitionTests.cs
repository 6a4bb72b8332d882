using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class RecognitionTests
{
    private static long Part(long price, long number, long count) =>
        Recognition.Part(new Money(price), number, count).Succeeded(out var part, out var problem)
            ? part.Micro
            : throw new ShouldAssertException(problem.Code);

    [Fact]
    public void A_hundred_in_three_parts_is_33_33_and_34()
    {
        new[] { Part(100, 1, 3), Part(100, 2, 3), Part(100, 3, 3) }.ShouldBe([33L, 33, 34]);
    }

    [Fact]
    public void One_millionth_of_a_rouble_is_earned_by_the_last_token()
    {
        Part(1, 1, 1_000).ShouldBe(0);
        Part(1, 1_000, 1_000).ShouldBe(1);
        Part(0, 1, 1).ShouldBe(0);
        Part(long.MaxValue, 1, 1).ShouldBe(long.MaxValue);
        Part(long.MaxValue, long.MaxValue, long.MaxValue).ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, long.MinValue, 1)]
    public void What_cannot_be_is_refused(long price, long number, long count) =>
        Recognition
            .Part(new Money(price), number, count)
            .Problem!.Code.ShouldBe("billing.figures_wrong");

    [Fact]
    [Invariant(28)]
    public void The_parts_sum_to_the_price_and_differ_by_one_at_most() =>
        Prop.ForAll(
                (
                    from price in Gen.OneOf(Gen.Choose(0, 50), Gen.Choose(0, int.MaxValue))
                    from count in Gen.Choose(1, 300)
                    select (Price: (long)price, Count: count)
                ).ToArbitrary(),
                pack =>
                {
                    var parts = Enumerable
                        .Range(1, pack.Count)
                        .Select(number => Part(pack.Price, number, pack.Count))
                        .ToList();
                    return parts.Sum() == pack.Price && parts.Max() - parts.Min() <= 1;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
