using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetRoom.Catalog.Live;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Catalog.Pages;

/// <summary>What the list shows for one question. Sandbox models stand apart, its faults folded.</summary>
public sealed record ModelListing(
    string Query,
    ModelGroup? Group,
    IReadOnlyList<ModelGroup> Groups,
    IReadOnlyList<(ModelGroup Group, IReadOnlyList<ModelEntry> Models)> Sections,
    IReadOnlyList<ModelEntry> Sandbox,
    IReadOnlyList<ModelEntry> Faults
)
{
    public int Count =>
        Sections.Sum(section => section.Models.Count) + Sandbox.Count + Faults.Count;

    /// <summary>The same search in another group; null for all groups.</summary>
    public string AddressOf(ModelGroup? group)
    {
        var query = new QueryString();
        if (Query.Length > 0)
            query = query.Add("q", Query);
        if (group is { } one)
            query = query.Add("group", NameOf(one));
        return ModelEntry.Root + query;
    }

    public static string NameOf(ModelGroup group) => group.ToString().ToLowerInvariant();
}

/// <summary>GET /models: all models with prices, by group; as a fragment while somebody types.</summary>
internal static class ListModels
{
    private const int LongestQuery = 100;

    public static void MapListModels(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/models", Show).AllowAnonymous();

    private static IResult Show(
        HttpContext context,
        string? q,
        string? group,
        LiveCatalog catalog,
        IModelAvailability availability,
        TimeProvider clock
    )
    {
        var listing = Find(q, group, catalog.Snapshot, availability, clock.GetUtcNow());
        // One address has two answers; neither may be kept as the other.
        context.Response.Headers.Vary = "HX-Request";
        context.Response.Headers.CacheControl = "no-store";
        return context.Request.IsFragment()
            ? Fragment.Of<ModelList>(new { Listing = listing })
            : new PageResult<ModelsPage>(new { Listing = listing });
    }

    internal static ModelListing Find(
        string? q,
        string? group,
        CatalogSnapshot catalog,
        IModelAvailability availability,
        DateTimeOffset now
    )
    {
        var query = q?.Trim() ?? "";
        query = query[..Math.Min(query.Length, LongestQuery)];
        var only =
            Enum.TryParse<ModelGroup>(group, ignoreCase: true, out var parsed)
            && Enum.IsDefined(parsed)
                ? parsed
                : (ModelGroup?)null;
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = catalog
            .Models.Where(model => only is null || model.Group == only)
            .Select(model => ModelEntry.Of(model, catalog, availability, now))
            .Where(entry => words.All(word => Mentions(entry, word)))
            .ToLookup(entry => (entry.Model.IsSandbox, IsFault: IsFault(entry.Model)));
        return new ModelListing(
            query,
            only,
            [.. catalog.Models.Select(model => model.Group).Distinct().Order()],
            [
                .. found[(false, false)]
                    .GroupBy(entry => entry.Model.Group)
                    .OrderBy(section => section.Key)
                    .Select(section => (section.Key, (IReadOnlyList<ModelEntry>)[.. section])),
            ],
            [.. found[(true, false)]],
            [.. found[(true, true)]]
        );
    }

    private static bool IsFault(ModelInfo model) => model.Badges.Contains(Badges.Fault);

    private static bool Mentions(ModelEntry entry, string word) =>
        entry
            .Model.Badges.Append(entry.Model.Id)
            .Append(entry.Model.Name)
            .Append(entry.ProviderName)
            .Append(entry.Model.DescriptionEn)
            .Append(entry.Model.DescriptionRu)
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
