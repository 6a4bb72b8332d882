using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetRoom.Catalog.Seed;

/// <summary>catalog.json as it is written. Unknown members are errors: a typo must not become a missing price.</summary>
internal sealed record SeedDocument(
    IReadOnlyList<SeedDocument.Provider> Providers,
    IReadOnlyDictionary<string, SeedDocument.Window> Windows,
    IReadOnlyList<SeedDocument.Model> Models,
    SeedDocument.SandboxPart Sandbox
)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    public static SeedDocument Embedded()
    {
        using var stream = typeof(SeedDocument).Assembly.GetManifestResourceStream(
            "NetRoom.Catalog.Seed.catalog.json"
        )!;
        return JsonSerializer.Deserialize<SeedDocument>(stream, Options)!;
    }

    /// <param name="SandboxPath">Set on providers of the sandbox: what follows Sandbox:BaseUrl.</param>
    public sealed record Provider(
        string Id,
        string Name,
        string Protocol,
        string? BaseUrl = null,
        string? SandboxPath = null
    );

    /// <param name="Hours">Spans like "01:00-04:00", in UTC.</param>
    public sealed record Window(IReadOnlyList<DayOfWeek> Days, IReadOnlyList<string> Hours);

    public sealed record Model(
        string Id,
        string Provider,
        string Name,
        ModelGroup Group,
        string En,
        string Ru,
        IReadOnlyList<Price> Prices,
        string? Wire = null,
        ModelStatus Status = ModelStatus.Active,
        int Context = 0,
        int MaxOutput = 0,
        IReadOnlyList<string>? Efforts = null,
        IReadOnlyList<string>? Badges = null,
        bool AdultsOnly = false,
        string? Successor = null,
        string? Source = null,
        DateOnly? Checked = null,
        IReadOnlyList<ModelRoute>? Routes = null
    );

    /// <param name="Rates">Per line, prices by unit, and what narrows them. See <see cref="SeedRates"/>.</param>
    /// <param name="From">The day it begins, at midnight UTC; none for the first price of a model.</param>
    public sealed record Price(
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rates,
        DateOnly? From = null
    );

    public sealed record SandboxPart(
        int Context,
        int MaxOutput,
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rates,
        IReadOnlyList<Family> Families,
        ReasoningPart Reasoning,
        IReadOnlyDictionary<string, Behaviour> Behaviours
    );

    /// <summary>Sandbox models that differ only by the name of their behaviour.</summary>
    public sealed record Family(
        string Provider,
        string Id,
        string Wire,
        string Title,
        IReadOnlyList<string> Names,
        bool Faults = false
    );

    public sealed record ReasoningPart(IReadOnlyList<string> Names, IReadOnlyList<string> Efforts);

    public sealed record Behaviour(string En, string Ru);
}
