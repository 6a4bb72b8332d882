using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NetRoom.Billing;
using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class RefundWordsTests
{
    private static readonly IStringLocalizer<BillingText> Texts = new ServiceCollection()
        .AddLogging()
        .AddLocalization()
        .BuildServiceProvider()
        .GetRequiredService<IStringLocalizer<BillingText>>();

    private static readonly RefundDecision Pack = PackRefund.Of(
        new RefundSubject.Pack(
            10,
            Money.Roubles(100),
            Money.Roubles(20),
            5,
            0,
            DateTimeOffset.MaxValue
        ),
        DateTimeOffset.UnixEpoch
    );

    private static T In<T>(string culture, Func<T> read)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            return read();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public void Every_clause_has_its_sentence(string culture) =>
        In(
                culture,
                () =>
                    typeof(RefundClause)
                        .GetFields(BindingFlags.Public | BindingFlags.Static)
                        .Select(field => (string)field.GetValue(null)!)
                        .Where(code => Texts[code].ResourceNotFound || code.Length > 40)
                        .ToArray()
            )
            .ShouldBeEmpty();

    [Fact]
    public void A_refund_says_why_how_much_and_where_to() =>
        In("en", () => new RefundWords(Texts).Answer(Pack))
            .ShouldBe(
                "Unused tokens of the pack are returned at the price they were bought at. "
                    + "50.00\u00A0₽ of real money goes back to your balance; what you do not spend of it you can ask back "
                    + "to your card. 10.00\u00A0₽ comes back as bonus with its old end date, because it was paid with bonus."
            );

    [Fact]
    public void The_grounds_are_read_in_the_order_in_which_they_were_looked_at() =>
        In("ru", () => new RefundWords(Texts).Grounds(Pack))
            .ShouldBe([
                "Числа по покупке сходятся.",
                "Пакет ещё не возвращали.",
                "Срок пакета не истёк.",
                "Ни один запуск не удерживает токены пакета.",
                "За неиспользованные токены возвращается их доля цены пакета.",
            ]);
}
