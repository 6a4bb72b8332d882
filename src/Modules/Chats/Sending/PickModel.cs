using Microsoft.AspNetCore.Http;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Sending;

/// <summary>A model in the picker with its price for a million tokens, in and out.</summary>
public sealed record Offer(Choice Choice, Money? Input, Money? Output);

/// <summary>The list behind the composer's model button: fetched when it is first opened.</summary>
internal static class PickModel
{
    public static IResult Handle(Composers composers, ICatalog catalog, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return Fragment.Of<ModelPicker>(
            new
            {
                Offers = composers
                    .Choices()
                    .Select(choice => Price(choice, catalog.PriceAt(choice.Model.Id, now)))
                    .ToList(),
            }
        );
    }

    private static Offer Price(Choice choice, PriceVersion? price) =>
        new(choice, PerMillion(price, UnitKind.Input), PerMillion(price, UnitKind.Output));

    /// <summary>So many nano-roubles for a thousand tokens are as many micro-roubles for a million.</summary>
    private static Money? PerMillion(PriceVersion? price, UnitKind unit) =>
        price?.Card.Find(unit, null, 0) is { } rate ? new Money(rate.NanoPerThousand) : null;
}
