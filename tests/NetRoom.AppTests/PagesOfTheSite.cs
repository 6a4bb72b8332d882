using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace NetRoom.AppTests;

/// <summary>Walks the site by its links, as a visitor and as a person, in both languages.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class PagesOfTheSite(NetRoomApp app)
{
    private const int EnoughPages = 1000;

    [Fact]
    public async Task Every_page_and_error_that_a_visitor_can_reach_is_strict()
    {
        var seen = await WalkAsync(
            app.Visitor(),
            "/",
            "/ru",
            "/sign-up",
            "/nothing/here",
            "/c/x",
            "/ru/nope",
            "/health"
        );
        seen.ShouldContain("/models");
        seen.ShouldContain("/sign-in");
        seen.ShouldContain("/terms/");
        seen.ShouldContain("/ru/models");
        seen.ShouldContain("/api");
        seen.ShouldContain("/ru/api");
    }

    [Theory]
    [InlineData("/.git/HEAD")]
    [InlineData("/.git/config")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/NetRoom.Web.dll")]
    [InlineData("/wwwroot/app.css")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/swagger")]
    [InlineData("/metrics")]
    public async Task What_the_site_is_made_of_is_not_served(string path) =>
        (await app.Visitor().OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Every_page_and_error_that_a_person_can_reach_is_strict()
    {
        var alice = await app.SignUpAsync();
        const string nasty =
            "![x](https://evil.test/x.png) <img src=https://evil.test/y onerror=alert(1)> <script>alert(2)</script> "
            + "<a href=\"javascript:alert(3)\">a</a> [b](javascript:alert(4)) <p style=\"color:red\" onclick=alert(5)>c</p> $x^2$ `code`";
        foreach (
            var model in new[]
            {
                "sandbox-echo",
                "sandbox-coder",
                "sandbox-math",
                "sandbox-tables",
                "fault-500",
            }
        )
            await alice.AnswerAsync(await alice.AskAsync(nasty, model));
        var running = await alice.AskAsync("pace 1000 x 20ms", "sandbox-pace");

        var seen = await WalkAsync(
            alice,
            "/",
            "/balance",
            $"/c/{running.Chat}",
            "/nothing/here",
            $"/c/{Guid.Empty}"
        );
        seen.Count(path => path.StartsWith("/c/", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(6);
        seen.ShouldContain(path => path.StartsWith("/balance/receipts/", StringComparison.Ordinal));
        seen.ShouldContain("/settings/api-keys");

        // Fragments and events go by the same headers.
        foreach (
            var path in new[] { "/chats/list", "/chats/quote?model=sandbox-echo", "/nothing/here" }
        )
            ShouldBeStrict(await alice.OpenAsync(path, fragment: true));
        await using (var events = await alice.OpenEventsAsync(running))
            events.Response.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
        var screen = await alice.FollowAsync(running, leave: it => it.Html.Length > 0);
        screen.Html.ShouldNotContain("<script");
        await alice.StopAsync(running);
        // What a form answers is a page too.
        var refused = await alice.SendAsync(
            (await alice.DraftAsync("x", "sandbox-echo")).With(("model", "nope")),
            withScript: false
        );
        ShouldBeStrict(refused);
    }

    [Fact]
    public async Task Sums_are_shown_in_dollars_too_to_whoever_asked_for_it()
    {
        var alice = await app.SignUpAsync();
        (await alice.OpenAsync("/balance")).Body.ShouldNotContain("≈ $");
        var profile = await alice.OpenAsync("/settings/profile");
        await alice.SubmitAsync(profile, "form.panel", ("dollars", "yes"));
        (await alice.OpenAsync("/balance")).Body.ShouldContain("≈ $0.53");
        (await alice.OpenAsync("/models/sandbox-echo")).Body.ShouldContain("≈ $");
        profile = await alice.OpenAsync("/settings/profile");
        profile.Page.QuerySelector("[name=dollars]")!.HasAttribute("checked").ShouldBeTrue();
    }

    private static async Task<HashSet<string>> WalkAsync(Person person, params string[] starts)
    {
        var seen = new HashSet<string>(starts, StringComparer.Ordinal);
        for (var wave = starts.ToList(); wave.Count > 0 && seen.Count < EnoughPages; )
        {
            var replies = await Task.WhenAll(wave.Select(path => person.OpenAsync(path)));
            wave = [];
            foreach (var reply in replies)
            {
                ShouldBeStrict(reply);
                // Providers of sign-ins are other sites.
                var next =
                    reply.Location is { } location
                        ? new[] { location }.Where(path => path.StartsWith('/'))
                    : reply.ContentType == "text/html" ? Addresses(reply)
                    : [];
                foreach (
                    var path in next.Select(path => path.Split('#')[0])
                        .Where(path => path.Length > 0)
                )
                    if (seen.Add(path))
                        wave.Add(path);
            }
        }

        return seen;
    }

    /// <summary>All that this page links to or loads. Addresses of another origin have been refused already.</summary>
    private static IEnumerable<string> Addresses(Reply reply) =>
        from element in reply.Page.All
        from name in new[] { "href", "src", "hx-get" }
        let address = element.GetAttribute(name)
        where address?.StartsWith('/') == true && element.LocalName != "answer-stream"
        select address;

    private static void ShouldBeStrict(Reply reply)
    {
        var where = reply.Address.PathAndQuery;
        var policy = reply.Header("Content-Security-Policy");
        policy.ShouldNotBeNull(where);
        policy.ShouldNotContain("unsafe");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("style-src 'self';");
        reply.Header("X-Content-Type-Options").ShouldBe("nosniff", where);
        reply.Header("Referrer-Policy").ShouldNotBeNull(where);
        reply.Header("Server").ShouldBeNull(where);
        reply.Header("X-Powered-By").ShouldBeNull(where);
        ((int)reply.Status).ShouldBeLessThan(500, where);
        if (reply.ContentType != "text/html")
            return;
        if (reply.Status != HttpStatusCode.Found)
            reply.Body.ShouldNotBeEmpty(where);

        foreach (var element in reply.Page.All)
        {
            if (element is IHtmlScriptElement script)
            {
                script.Source.ShouldNotBeNullOrEmpty(where);
                script.Text.Trim().ShouldBeEmpty(where);
            }

            element.LocalName.ShouldNotBe("style", where);
            element.LocalName.ShouldNotBe("iframe", where);
            element.LocalName.ShouldNotBe("base", where);
            foreach (var attribute in element.Attributes)
                ShouldBeStrict(element, attribute, reply.Address);
        }
    }

    private static void ShouldBeStrict(IElement element, IAttr attribute, Uri page)
    {
        var about =
            $"{page.PathAndQuery}: <{element.LocalName} {attribute.Name}=\"{attribute.Value}\">";
        attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase).ShouldBeFalse(about);
        attribute.Name.ShouldNotBe("style", about);
        attribute.Name.StartsWith("hx-on", StringComparison.OrdinalIgnoreCase).ShouldBeFalse(about);
        attribute
            .Value.TrimStart()
            .StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
            .ShouldBeFalse(about);
        if (attribute.Name.StartsWith("xmlns", StringComparison.Ordinal))
            return;
        // A link that somebody chose to write in a message may lead away, if it says so; nothing may be loaded from there.
        var isAway =
            Uri.TryCreate(page, attribute.Value, out var address)
            && (
                attribute.Value.Contains("://", StringComparison.Ordinal)
                || attribute.Value.StartsWith("//", StringComparison.Ordinal)
            )
            && address.Authority != page.Authority;
        if (
            isAway
            && element is IHtmlAnchorElement
            && attribute.Name == "href"
            && element.Closest(".prose") is not null
        )
        {
            element.GetAttribute("rel").ShouldNotBeNull(about);
            return;
        }

        isAway.ShouldBeFalse(about);
    }
}
