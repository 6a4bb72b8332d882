using System.Globalization;
using System.Net;
using System.Text;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Anthropic;
using NetRoom.Sandbox.Gemini;
using NetRoom.Sandbox.Mail;
using NetRoom.Sandbox.Media;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox;

/// <summary>The page for people: where to connect and what each model does.</summary>
internal static class FrontPage
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark; }
        table { border-collapse: collapse; width: 100%; }
        td, th { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
        code { overflow-wrap: anywhere; }
        """;

    public static void MapFrontPage(this WebApplication app) =>
        app.MapGet(
            "/",
            (HttpRequest request, SmtpServer mail) =>
                TypedResults.Content(
                    Html($"{request.Scheme}://{request.Host}", mail.Port),
                    "text/html; charset=utf-8"
                )
        );

    private static string Html(string origin, int smtpPort)
    {
        var page = new StringBuilder();
        var address = WebUtility.HtmlEncode(origin);
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>NetRoom sandbox</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>NetRoom sandbox</h1>
            <p>It plays outside AI providers. Every answer is made by a program; nothing costs anything.
            Any key that begins with <code>sandbox-</code> is taken.</p>
            <ul>
            <li>OpenAI protocol: <code>{address}{OpenAiEndpoints.Base}</code></li>
            <li>Anthropic protocol: <code>{address}{AnthropicEndpoints.Base}</code></li>
            <li>OpenAI Responses: <code>{address}{OpenAiEndpoints.Base}/responses</code></li>
            <li>Google protocol: <code>{address}{GeminiEndpoints.Base}</code></li>
            <li>Mail (SMTP): port <code>{smtpPort}</code>; what comes is in the <a href="/inbox">inbox</a>
            and, for programs, at <a href="/_sandbox/mail"><code>{address}/_sandbox/mail?to=</code></a></li>
            <li>Account of calls: <a href="/_sandbox/calls"><code>{address}/_sandbox/calls?since=0</code></a>,
            forgotten by <code>POST {address}/_sandbox/reset</code></li>
            </ul>

            """
        );
        Table(page, "OpenAI models", Protocol.OpenAi);
        Table(page, "Anthropic models", Protocol.Anthropic);
        Table(page, "Google models", Protocol.Gemini);
        return page.Append(MediaTwins.About)
            .Append(SmtpFaults.About)
            .Append("</body>\n</html>\n")
            .ToString();
    }

    private static void Table(StringBuilder page, string caption, Protocol protocol)
    {
        page.Append("<h2>")
            .Append(caption)
            .Append("</h2>\n<table>\n<tr><th>Model</th><th>What it does</th></tr>\n");
        foreach (var (id, model) in ModelCatalogue.Of(protocol))
        {
            page.Append("<tr><td><code>")
                .Append(id)
                .Append("</code></td><td>")
                .Append(WebUtility.HtmlEncode(model.About))
                .Append("</td></tr>\n");
        }
        page.Append("</table>\n");
    }
}
