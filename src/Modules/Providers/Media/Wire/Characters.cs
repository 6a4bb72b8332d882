namespace NetRoom.Providers.Media.Wire;

internal static class Characters
{
    /// <summary>As price lists count: an emoji is one, a pair of surrogates is not two.</summary>
    public static long Of(string text) => text.EnumerateRunes().LongCount();
}
