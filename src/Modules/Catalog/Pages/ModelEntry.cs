using NetRoom.Catalog.Live;
using NetRoom.Kernel.Texts;

namespace NetRoom.Catalog.Pages;

/// <summary>A model with what its page says about it at one moment.</summary>
public sealed record ModelEntry(
    ModelInfo Model,
    string ProviderName,
    bool IsAvailable,
    PriceVersion? Price,
    PriceVersion? Coming,
    ModelInfo? Successor
)
{
    internal static ModelEntry Of(
        ModelInfo model,
        CatalogSnapshot catalog,
        IModelAvailability availability,
        DateTimeOffset now
    ) =>
        new(
            model,
            catalog.FindProvider(model.ProviderId)?.Name ?? model.ProviderId,
            availability.IsAvailable(model),
            catalog.PriceAt(model.Id, now),
            catalog.Prices(model.Id).LastOrDefault(version => version.ValidFrom > now),
            model.SuccessorId is { } successor ? catalog.Find(successor) : null
        );

    /// <summary>The language is part of the address, so that links and fragments stay in it.</summary>
    public static string Root => Languages.Current == "ru" ? "/ru/models" : "/models";

    /// <summary>A length in tokens means something to a reader of text models only.</summary>
    public bool TellsContext => Model is { Group: ModelGroup.Text, ContextTokens: > 0 };

    public string Address => AddressOf(Model);

    public static string AddressOf(ModelInfo model) => $"{Root}/{Uri.EscapeDataString(model.Id)}";
}
