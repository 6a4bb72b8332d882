using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace NetRoom.Kernel.Mail;

/// <summary>What a letter says, in the language of its reader.</summary>
/// <param name="Language">"en" or "ru".</param>
/// <param name="Link">The one thing to do, if there is one.</param>
/// <param name="Footer">Why the letter came and what to do if it was not expected.</param>
public sealed record Letter(
    string Language,
    string Subject,
    string Heading,
    IReadOnlyList<string> Paragraphs,
    LetterLink? Link,
    string Footer
);

/// <param name="Url">Whole, from <see cref="Http.SiteAddress"/>.</param>
public sealed record LetterLink(string Label, Uri Url);

/// <summary>Makes HTML and its plain twin of one content.</summary>
public sealed class LetterPrinter(IServiceProvider services, ILoggerFactory logs)
{
    public async Task<Mail> PrintAsync(string to, Letter letter) =>
        new(to, letter.Subject, Text(letter), await HtmlAsync(letter));

    private static string Text(Letter letter)
    {
        var text = new StringBuilder();
        foreach (var paragraph in letter.Paragraphs.Prepend(letter.Heading))
            text.Append(paragraph).Append("\n\n");
        if (letter.Link is { } link)
            text.Append(link.Label).Append(":\n").Append(link.Url.AbsoluteUri).Append("\n\n");
        return text.Append("-- \n").Append(letter.Footer).Append('\n').ToString();
    }

    private async Task<string> HtmlAsync(Letter letter)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync<MailLayout>(
                    ParameterView.FromDictionary(
                        new Dictionary<string, object?> { [nameof(MailLayout.Letter)] = letter }
                    )
                )
            ).ToHtmlString()
        );
    }
}
