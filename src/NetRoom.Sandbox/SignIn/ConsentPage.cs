using System.Net;
using System.Text;

namespace NetRoom.Sandbox.SignIn;

/// <summary>The page on which the sandbox' people say whether a site may know who they are.</summary>
internal static class ConsentPage
{
    public static IResult Of(SignInRequest asked)
    {
        var page = new StringBuilder();
        foreach (
            var (name, value) in new (string, string?)[]
            {
                ("client_id", asked.ClientId),
                ("redirect_uri", asked.RedirectUri),
                ("response_type", "code"),
                ("code_challenge_method", "S256"),
                ("code_challenge", asked.Challenge),
                ("state", asked.State),
                ("nonce", asked.Nonce),
            }
        )
            if (value is not null)
                page.Append(
                    null,
                    $"""<input type="hidden" name="{name}" value="{WebUtility.HtmlEncode(value)}">"""
                );
        page.Append("<fieldset><legend>Who are you?</legend>");
        foreach (var person in SandboxPeople.Known)
            page.Append(
                null,
                $"""<label><input type="radio" name="person" value="{person.Id}" {(person == SandboxPeople.Known[0] ? "checked" : "")}> {WebUtility.HtmlEncode(person.Name)} ({person.Email})</label><br>"""
            );
        page.Append(
            """<label>or the person with this number: <input name="other" inputmode="numeric"></label></fieldset><p><label>What goes wrong: <select name="fault">"""
        );
        foreach (var (id, about) in SignInFaults.All)
            page.Append(null, $"""<option value="{id}">{WebUtility.HtmlEncode(about)}</option>""");
        page.Append(
            """</select></label></p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button>"""
        );
        return Html(
            $"Sandbox: {asked.Provider}",
            $"""
            <h1>This is the sandbox, not {asked.Provider}</h1>
            <p><code>{WebUtility.HtmlEncode(asked.RedirectUri)}</code> asks who you are.</p>
            <form method="post" action="/sign-in/{asked.Provider}/consent">{page}</form>
            """
        );
    }

    public static IResult TwoWaysBack(string back) =>
        Html(
            "Sandbox: twice",
            $"""
            <h1>The same way back, twice</h1>
            <p><a id="first" href="{WebUtility.HtmlEncode(back)}">First</a></p>
            <p><a id="second" href="{WebUtility.HtmlEncode(back)}">Second</a></p>
            """
        );

    public static IResult Html(string title, string body) =>
        TypedResults.Content(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title>
            <style>body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; color-scheme: light dark } iframe { width: 100%; height: 70vh; border: 1px solid #8886 }</style></head>
            <body>{{body}}</body></html>
            """,
            "text/html; charset=utf-8"
        );
}
