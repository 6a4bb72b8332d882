#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using System.Globalization;
using NetRoom.Kernel;

namespace NetRoom.Tests.Kernel;

public sealed class MoneyTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru");

    [Theory]
    [InlineData(0, "0.00 ₽", "0,00 ₽")]
    [InlineData(100, "0.0001 ₽", "0,0001 ₽")]
    [InlineData(123_456, "0.1234 ₽", "0,1234 ₽")]
    [InlineData(500_000, "0.50 ₽", "0,50 ₽")]
    [InlineData(1_000_000, "1.00 ₽", "1,00 ₽")]
    [InlineData(1_239_999, "1.23 ₽", "1,23 ₽")]
    [InlineData(-1_239_999, "-1.23 ₽", "-1,23 ₽")]
    [InlineData(1_234_567_890_000, "1,234,567.89 ₽", "1 234 567,89 ₽")]
    public void At_a_glance_it_is_cut_to_kopecks_from_a_rouble_up(
        long micro,
        string english,
        string russian
    )
    {
        Plain(new Money(micro).ToString(English)).ShouldBe(english);
        Plain(new Money(micro).ToString(Russian)).ShouldBe(russian);
    }

    [Theory]
    [InlineData(10_000, "0.01 ₽", "0,01 ₽")]
    [InlineData(9_900, "0.0099 ₽", "0,0099 ₽")]
    [InlineData(1_905_000, "1.91 ₽", "1,91 ₽")]
    public void An_estimate_is_rough_but_never_nothing(long micro, string english, string russian)
    {
        Plain(new Money(micro).ToRoughString(English)).ShouldBe(english);
        Plain(new Money(micro).ToRoughString(Russian)).ShouldBe(russian);
    }

    [Theory]
    [InlineData(1_000_000, "1.00 ₽", "1,00 ₽", "1.00")]
    [InlineData(1_234_500_001, "1,234.500001 ₽", "1 234,500001 ₽", "1234.500001")]
    [InlineData(-1, "-0.000001 ₽", "-0,000001 ₽", "-0.000001")]
    public void A_receipt_and_a_file_have_every_digit(
        long micro,
        string english,
        string russian,
        string number
    )
    {
        Plain(new Money(micro).ToExactString(English)).ShouldBe(english);
        Plain(new Money(micro).ToExactString(Russian)).ShouldBe(russian);
        new Money(micro).ToInvariantNumber().ShouldBe(number);
    }

    [Fact]
    public void What_is_shown_at_a_glance_is_never_more_than_there_is()
    {
        var random = new Random(20);
        for (var i = 0; i < 2_000; i++)
        {
            var money = new Money(random.NextInt64(0, 10L << random.Next(1, 50)));
            var shown = decimal.Parse(
                money.ToString(CultureInfo.InvariantCulture)[..^2],
                NumberStyles.Number,
                CultureInfo.InvariantCulture
            );
            var real = (decimal)money.Micro / Money.MicroPerRouble;
            shown.ShouldBeLessThanOrEqualTo(real);
            (real - shown).ShouldBeLessThan(real >= 1 ? 0.01m : 0.0001m);
        }
    }

    [Theory]
    [InlineData(50_000_000, "$0.53", "0,53 $")]
    [InlineData(1_234_567_890_000, "$12,995.45", "12 995,45 $")]
    [InlineData(120_000, "$0.0013", "0,0013 $")]
    [InlineData(0, "$0", "0 $")]
    public void A_sum_in_dollars_is_for_information(long micro, string english, string russian)
    {
        var rate = new DollarRate(95m);
        Plain(rate.Show(new Money(micro), English)).ShouldBe(english);
        Plain(rate.Show(new Money(micro), Russian)).ShouldBe(russian);
    }

    [Fact]
    public void An_amount_never_breaks_over_two_lines() =>
        Money.Roubles(1_000).ToString(Russian).ShouldNotContain(' ');

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Should.Throw<OverflowException>(() => new Money(long.MaxValue) + new Money(1));
        Should.Throw<OverflowException>(() => Money.Roubles(long.MaxValue / 2));
        Should.Throw<OverflowException>(() => -new Money(long.MinValue));
    }

    private static string Plain(string text) =>
        text.Replace('\u00A0', ' ').Replace('\u202F', ' ').Replace('\u2212', '-');
}
