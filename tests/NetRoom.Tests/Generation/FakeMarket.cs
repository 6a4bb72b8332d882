using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Tests.Generation;

/// <summary>A catalogue of one model and a provider that does what a test says.</summary>
internal sealed class FakeMarket(RateCard? rates, Func<ModelInfo, FakeChatClient>? client = null)
    : ICatalog,
        IProviders,
        IPassThrough
{
    public static readonly RateCard Plain = new([
        new Rate(UnitKind.Input, 25_000_000),
        new Rate(UnitKind.Output, 200_000_000),
    ]);

    public bool HasKey { get; init; } = true;

    public IMediaClients Media => throw new InvalidOperationException("There is no media here.");
    public bool DrainsAnswers { get; set; }

    public IReadOnlyList<ProviderInfo> Providers => [];

    public IReadOnlyList<ModelInfo> Models => [];

    public IReadOnlyList<string> OllamaModels => [];

    public static ModelInfo Model(
        int context = 128_000,
        int output = 16_000,
        ModelStatus status = ModelStatus.Active,
        string id = "fake"
    ) =>
        new(
            id,
            "fake",
            "fake-wire",
            "Fake",
            ModelGroup.Text,
            status,
            "",
            "",
            context,
            output,
            ["low"],
            [],
            false,
            null,
            false,
            1
        );

    public ModelInfo? Find(string modelId) => modelId == "fake" ? Model() : null;

    public ProviderInfo? FindProvider(string providerId) => null;

    public PriceVersion? PriceAt(string modelId, DateTimeOffset at) =>
        rates is null ? null : new(Guid.Empty, modelId, DateTimeOffset.MinValue, null, rates);

    public bool IsAvailable(ModelInfo model) => HasKey;

    public bool Speaks(ModelInfo model, WireProtocol protocol, PassageNeeds needs) => false;

    public bool Drains(ModelInfo model) => DrainsAnswers;

    public PassThroughCall Call(ModelInfo model, PassThroughRequest request) =>
        throw new ProviderException(ProviderErrorKind.Key, "no way through");

    public Microsoft.Extensions.AI.IChatClient ChatClient(ModelInfo model) =>
        client?.Invoke(model) ?? throw new ProviderException(ProviderErrorKind.Key, "no client");
}
