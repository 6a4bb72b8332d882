using System.Globalization;
using System.Resources;
using NetRoom.Billing;
using NetRoom.Catalog;

namespace NetRoom.Tests.Billing;

public sealed class BillingTextTests
{
    private static Dictionary<string, string> Texts(string culture)
    {
        var resources = new ResourceManager(
            "NetRoom.Billing.BillingText",
            typeof(BillingText).Assembly
        );
        return resources
            .GetResourceSet(
                CultureInfo.GetCultureInfo(culture),
                createIfNotExists: true,
                tryParents: culture == ""
            )!
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    [Fact]
    public void Every_text_is_in_both_languages() =>
        Texts("ru").Keys.Order().ShouldBe(Texts("").Keys.Order());

    [Fact]
    public void Every_unit_and_category_has_its_words()
    {
        var keys = Texts("ru").Keys.ToHashSet();
        Enum.GetNames<UnitKind>()
            .SelectMany(unit => new[] { "unit." + unit, "short." + unit })
            .Concat(Enum.GetNames<SpendCategory>().Select(category => "category." + category))
            .Concat(Enum.GetNames<TransferKind>().Select(kind => "kind." + kind))
            .Where(key => !keys.Contains(key))
            .ShouldBeEmpty();
    }
}
