using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace NetRoom.Tests.Kernel;

/// <summary>Says what in a piece of HTML should not be there, by a list of its own.</summary>
internal static class SafeHtml
{
    private static readonly HashSet<string> Tags =
    [
        .. "p h3 h4 h5 h6 ul ol li blockquote pre code figure figcaption table thead tbody tr th td".Split(
            ' '
        ),
        .. "em strong del sub sup hr br a span div input".Split(' '),
    ];

    private static readonly HashSet<string> Attributes =
    [
        .. "class href title rel target start tabindex type disabled checked aria-label".Split(' '),
    ];

    /// <summary>The HTML is read anew, as a browser would read it.</summary>
    public static IReadOnlyList<string> Faults(string html)
    {
        var faults = new List<string>();
        foreach (var element in Parse(html).QuerySelectorAll("*"))
        {
            if (!Tags.Contains(element.LocalName) || element.NamespaceUri != NamespaceNames.HtmlUri)
                faults.Add($"<{element.LocalName}>");
            foreach (var attribute in element.Attributes)
                if (!Attributes.Contains(attribute.Name))
                    faults.Add($"{element.LocalName}@{attribute.Name}");
            if (element.GetAttribute("href") is { } address && !IsSafe(address))
                faults.Add($"href={address}");
            if (
                element.LocalName == "a"
                && element.HasAttribute("href")
                && element.GetAttribute("rel") != "noopener noreferrer nofollow"
            )
                faults.Add("a link without rel");
        }

        return faults;
    }

    public static IElement Parse(string html)
    {
        var document = new HtmlParser().ParseDocument("<!doctype html><body>");
        document.Body!.InnerHtml = html;
        return document.Body;
    }

    private static bool IsSafe(string address) =>
        address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
