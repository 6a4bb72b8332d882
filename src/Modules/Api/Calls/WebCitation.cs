using Microsoft.Extensions.AI;

namespace NetRoom.Api.Calls;

/// <summary>A page that an answer rests on.</summary>
/// <param name="Start">Where the words that rest on it begin, in UTF-16 units of the answer.</param>
internal readonly record struct WebCitation(
    string Url,
    string Title,
    int Start,
    int End,
    string Quote
)
{
    /// <param name="at">How long the answer is so far: a citation that names no place stands for what was said.</param>
    public static IEnumerable<WebCitation> Of(AIContent content, int at) =>
        from citation in content.Annotations?.OfType<CitationAnnotation>() ?? []
        where citation.Url is not null
        let place = citation.AnnotatedRegions?.OfType<TextSpanAnnotatedRegion>().FirstOrDefault()
        select new WebCitation(
            citation.Url!.AbsoluteUri,
            citation.Title ?? citation.Url.Host,
            place?.StartIndex ?? 0,
            place?.EndIndex ?? at,
            citation.Snippet ?? ""
        );
}
