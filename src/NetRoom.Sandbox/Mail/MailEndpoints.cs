using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace NetRoom.Sandbox.Mail;

internal static class MailEndpoints
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark; }
        table { border-collapse: collapse; width: 100%; }
        td, th { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
        iframe { width: 100%; height: 36rem; border: 1px solid #8886; background: #fff; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        """;

    public static IServiceCollection AddMail(this IServiceCollection services) =>
        services
            .AddSingleton<Inbox>()
            .AddSingleton<Greylist>()
            .AddSingleton<SmtpServer>()
            .AddHostedService(provider => provider.GetRequiredService<SmtpServer>());

    /// <summary>
    /// <c>/inbox</c> for people; for tests <c>GET /_sandbox/mail?to=</c>, newest first, and <c>GET /_sandbox/smtp</c>, the port.
    /// </summary>
    public static void MapMail(this WebApplication app)
    {
        app.MapGet(
            "/_sandbox/mail",
            (Inbox inbox, string? to) => TypedResults.Json(inbox.List(to))
        );
        app.MapGet("/_sandbox/smtp", (SmtpServer server) => TypedResults.Json(new { server.Port }));
        app.MapGet("/inbox", (Inbox inbox, string? to) => Page("Inbox", List(inbox.List(to), to)));
        app.MapGet(
            "/inbox/{id:long}",
            IResult (Inbox inbox, long id) =>
                inbox.Find(id) is { } letter
                    ? Page(letter.Subject ?? "No subject", Letter(letter))
                    : TypedResults.NotFound()
        );
        app.MapGet(
            "/inbox/{id:long}/source",
            IResult (Inbox inbox, long id) =>
                inbox.Find(id) is { } letter
                    ? TypedResults.Bytes(letter.Source, "text/plain; charset=utf-8")
                    : TypedResults.NotFound()
        );
    }

    private static string List(IReadOnlyList<ReceivedMail> letters, string? to)
    {
        var page = new StringBuilder(
            $"""
            <p>Letters that NetRoom sent through this sandbox. None has left it.</p>
            <form><label>To <input name="to" type="search" value="{E(
                to
            )}"></label> <button>Show</button></form>

            """
        );
        if (letters.Count == 0)
            return page.Append("<p>There are none.</p>").ToString();
        page.Append("<table>\n<tr><th>At (UTC)</th><th>To</th><th>Subject</th></tr>\n");
        foreach (var letter in letters)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{letter.At:yyyy-MM-dd HH:mm:ss}</td><td>{E(string.Join(", ", letter.To))}</td><td><a href=\"/inbox/{letter.Id}\">{E(letter.Subject ?? "No subject")}</a></td></tr>\n"
            );
        return page.Append("</table>\n").ToString();
    }

    // Nothing of a letter runs, and its links open beside it.
    private static string Letter(ReceivedMail letter) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <p><a href="/inbox">To the inbox</a></p>
            <table>
            <tr><th>From</th><td>{E(
                letter.Headers.GetValueOrDefault("From", letter.From)
            )}</td></tr>
            <tr><th>To</th><td>{E(string.Join(", ", letter.To))}</td></tr>
            <tr><th>At</th><td>{letter.At:yyyy-MM-dd HH:mm:ss} UTC</td></tr>
            </table>
            <h2>HTML</h2>
            <iframe title="HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{E(
                "<base target=_blank>" + letter.Html
            )}"></iframe>
            <h2>Text</h2>
            <pre>{E(letter.Text)}</pre>
            <p><a href="/inbox/{letter.Id}/source">Source</a></p>
            """
        );

    private static ContentHttpResult Page(string title, string content) =>
        TypedResults.Content(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>{E(title)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{E(title)}</h1>
            {content}
            </body>
            </html>
            """,
            "text/html; charset=utf-8"
        );

    private static string E(string? text) => WebUtility.HtmlEncode(text) ?? "";
}
