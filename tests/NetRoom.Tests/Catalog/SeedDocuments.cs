using NetRoom.Catalog.Seed;

namespace NetRoom.Tests.Catalog;

/// <summary>The seed with one thing changed.</summary>
internal static class SeedDocuments
{
    public static SeedDocument With(
        string modelId,
        Func<SeedDocument.Model, SeedDocument.Model> change
    )
    {
        var document = SeedDocument.Embedded();
        return document with
        {
            Models =
            [
                .. document.Models.Select(model => model.Id == modelId ? change(model) : model),
            ],
        };
    }

    public static SeedDocument Without(string modelId)
    {
        var document = SeedDocument.Embedded();
        return document with { Models = [.. document.Models.Where(model => model.Id != modelId)] };
    }
}
