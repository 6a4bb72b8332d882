namespace NetRoom.Catalog;

/// <summary>Words of <see cref="ModelInfo.Badges"/> that code acts on; the rest are only shown.</summary>
public static class Badges
{
    /// <summary>A sandbox model made to misbehave: for tests, folded away in lists.</summary>
    public const string Fault = "fault";
    public const string Vision = "vision";
    public const string Reasoning = "reasoning";

    /// <summary>The provider has a search tool of its own, which a price list must price.</summary>
    public const string Web = "web";
}
