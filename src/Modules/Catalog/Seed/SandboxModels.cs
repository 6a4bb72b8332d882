using System.Globalization;

namespace NetRoom.Catalog.Seed;

/// <summary>The sandbox's families, written out as models.</summary>
internal static class SandboxModels
{
    public static IEnumerable<SeedDocument.Model> Of(SeedDocument.SandboxPart sandbox) =>
        from family in sandbox.Families
        from name in family.Names
        let behaviour = sandbox.Behaviours[name]
        let reasons = sandbox.Reasoning.Names.Contains(name)
        select new SeedDocument.Model(
            Fill(family.Id, name),
            family.Provider,
            Fill(family.Title, name),
            ModelGroup.Text,
            behaviour.En,
            behaviour.Ru,
            [new SeedDocument.Price(sandbox.Rates)],
            Wire: Fill(family.Wire, name),
            Context: sandbox.Context,
            MaxOutput: sandbox.MaxOutput,
            Efforts: reasons ? sandbox.Reasoning.Efforts : [],
            Badges: family.Faults ? [Badges.Fault]
                : reasons ? [Badges.Reasoning, Badges.Web]
                : [Badges.Web]
        );

    private static string Fill(string pattern, string name) =>
        string.Format(CultureInfo.InvariantCulture, pattern, name);
}
