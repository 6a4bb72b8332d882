namespace NetRoom.Api.Calls;

/// <summary>
/// How often a provider may search the web for one answer: so much is held, and so much the provider is told where its protocol can be
/// told.
/// </summary>
internal static class WebSearch
{
    /// <summary>For a caller who says nothing.</summary>
    public const int Usual = 5;

    private const int Most = 20;

    /// <param name="wanted">The caller's own limit.</param>
    public static int AtMost(int? wanted) => Math.Min(wanted ?? Usual, Most);
}
