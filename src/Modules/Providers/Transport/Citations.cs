using Microsoft.Extensions.AI;

namespace NetRoom.Providers.Transport;

/// <summary>Citations as annotations; a content without text carries each, so that the text itself can go out at once.</summary>
internal static class Citations
{
    /// <param name="start">Where the cited text begins in the answer, in UTF-16 units; null if the provider does not say.</param>
    public static TextContent Of(
        string url,
        string? title,
        int? start = null,
        int? end = null,
        string? quote = null
    )
    {
        var citation = new CitationAnnotation
        {
            Url = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null,
            Title = title,
            Snippet = quote,
        };
        if (start is not null && end is not null)
            citation.AnnotatedRegions =
            [
                new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end },
            ];
        return new TextContent(string.Empty) { Annotations = [citation] };
    }
}
