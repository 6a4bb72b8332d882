using System.Collections.Frozen;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace NetRoom.Kernel.Markup;

/// <summary>
/// Keeps what is listed and nothing else. The Markdown renderer already escapes HTML; this is the second lock. Pictures of other
/// sites become links, so that no answer can make a browser call out.
/// </summary>
internal static class HtmlAllowList
{
    private static readonly FrozenSet<string> Tags = FrozenSet.ToFrozenSet([
        "p",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "figure",
        "figcaption",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
        "strong",
        "del",
        "sub",
        "sup",
        "hr",
        "br",
        "a",
        "span",
        "div",
        "input",
    ]);

    private static readonly FrozenSet<string> Schemes = FrozenSet.ToFrozenSet([
        "http",
        "https",
        "mailto",
    ]);
    private static readonly HtmlParser Parser = new();

    public static string Clean(string html)
    {
        // One parse: setting InnerHtml would make a second document, and this runs at every draw of every running answer.
        var body = Parser.ParseDocument("<!doctype html><body>" + html).Body!;
        foreach (var element in body.QuerySelectorAll("*").ToList())
            Clean(element);
        return body.InnerHtml;
    }

    private static void Clean(IElement element)
    {
        if (element is IHtmlImageElement image)
        {
            ReplaceImage(image);
            return;
        }

        // An <a> of SVG is not a link of HTML: it would keep its address unseen.
        if (element.NamespaceUri != NamespaceNames.HtmlUri || !Tags.Contains(element.LocalName))
        {
            element.Replace([.. element.ChildNodes]);
            return;
        }

        var alignRight =
            element.GetAttribute("style")?.Contains("right", StringComparison.Ordinal) == true;
        foreach (var attribute in element.Attributes.ToList())
            if (!IsAllowed(element, attribute))
                element.RemoveAttribute(attribute.Name);
        if (alignRight)
            element.ClassName = "num";
        if (element is IHtmlAnchorElement link)
            CleanLink(link);
        if (element is IHtmlInputElement box)
            CleanBox(box);
    }

    /// <summary>Only the box of a task list; it needs a name for those who hear the page.</summary>
    private static void CleanBox(IHtmlInputElement box)
    {
        if (box.Type == "checkbox" && box.IsDisabled)
            box.SetAttribute("aria-label", box.IsDefaultChecked ? "✓" : "–");
        else
            box.Remove();
    }

    private static bool IsAllowed(IElement element, IAttr attribute) =>
        attribute.Name switch
        {
            "class" => attribute.Value is "math" or "math display" or "code" or "wide"
                || (
                    element.LocalName == "code"
                    && attribute.Value.StartsWith("language-", StringComparison.Ordinal)
                ),
            "href" or "title" => element.LocalName == "a",
            "start" => element.LocalName == "ol",
            "tabindex" => (element.LocalName == "pre" || element.ClassName == "wide")
                && attribute.Value == "0",
            "type" or "disabled" or "checked" => element.LocalName == "input",
            _ => false,
        };

    private static void CleanLink(IHtmlAnchorElement link)
    {
        if (!IsSafe(link.GetAttribute("href")))
        {
            link.RemoveAttribute("href");
            return;
        }

        link.SetAttribute("rel", "noopener noreferrer nofollow");
        link.SetAttribute("target", "_blank");
    }

    private static void ReplaceImage(IHtmlImageElement image)
    {
        var address = image.GetAttribute("src");
        var text = image.AlternativeText is { Length: > 0 } alternative
            ? alternative
            : address ?? "";
        var owner = image.Owner!;
        if (!IsSafe(address))
        {
            image.Replace(owner.CreateTextNode(text));
            return;
        }

        var link = (IHtmlAnchorElement)owner.CreateElement("a");
        link.SetAttribute("href", address);
        link.TextContent = text;
        CleanLink(link);
        image.Replace(link);
    }

    private static bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme);
}
