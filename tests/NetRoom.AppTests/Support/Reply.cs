using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace NetRoom.AppTests.Support;

/// <summary>An answer of the site, read whole.</summary>
public sealed class Reply(Uri address, HttpResponseMessage response, string body)
{
    private IHtmlDocument? document;

    public Uri Address { get; } = address;

    public HttpStatusCode Status { get; } = response.StatusCode;

    public string Body { get; } = body;

    public string? ContentType { get; } = response.Content.Headers.ContentType?.MediaType;

    /// <summary>Where it sends to, as a path.</summary>
    public string? Location { get; } = response.Headers.Location?.ToString();

    public IHtmlDocument Page => document ??= new HtmlParser().ParseDocument(Body);

    /// <summary>What the page or fragment says is wrong.</summary>
    public string Sentence =>
        (
            Page.QuerySelector("[role=alert] p")
            ?? Page.QuerySelector(".quote .error")
            ?? Page.QuerySelector("main .empty p, main p")
        )?.TextContent.Trim() ?? "";

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values)
        || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    /// <summary>The form with this action, or of this selector.</summary>
    public IHtmlFormElement Form(string selector) =>
        Page.QuerySelector<IHtmlFormElement>(selector)
        ?? throw new InvalidOperationException($"{Address} has no form {selector}.");
}

/// <summary>The fields of a form as a browser would send them.</summary>
public static class FormFields
{
    public static Dictionary<string, string> Fields(this IHtmlFormElement form)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in form.Elements)
            switch (element)
            {
                case IHtmlInputElement { Name.Length: > 0 } input
                    when input.Type is not ("radio" or "checkbox" or "submit") || input.IsChecked:
                    fields[input.Name!] = input.Value;
                    break;
                case IHtmlTextAreaElement { Name.Length: > 0 } area:
                    fields[area.Name!] = area.Value;
                    break;
                case IHtmlSelectElement { Name.Length: > 0 } select:
                    fields[select.Name!] = select.Value ?? "";
                    break;
            }

        return fields;
    }
}
