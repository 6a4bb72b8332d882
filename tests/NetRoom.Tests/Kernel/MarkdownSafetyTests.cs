#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Kernel.Markup;

namespace NetRoom.Tests.Kernel;

public sealed class MarkdownSafetyTests
{
    public static TheoryData<string> Attacks { get; } =
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\">",
        "<svg onload=alert(1)><a href=\"javascript:alert(1)\"><text>x</text></a></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\">x</a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg><input onfocus=alert(1) autofocus></svg>",
        "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<template><script>alert(1)</script></template>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
        "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button></form>",
        "<input type=\"text\" onfocus=\"alert(1)\" autofocus>",
        "<input type=\"image\" src=x onerror=alert(1) disabled>",
        "<body onload=alert(1)><base href=//evil.example>",
        "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<link rel=stylesheet href=//evil.example/x.css><style>@import '//evil.example'</style>",
        "<div style=\"background:url(javascript:alert(1))\" class=\"rail\" id=\"composer\">x</div>",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<a href=\" &#x6A;avascript:alert(1)\">x</a>",
        "<a href=\"vbscript:x\">x</a><a href=\"//evil.example\">x</a><a href=\"/balance\">x</a>",
        "<a href=\"https://good.example\" onclick=alert(1) target=_self>x</a>",
        "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)><summary>x</summary></details>",
        "<a href=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](\tjavascript:alert(1))",
        "[x](<java\u0000script:alert(1)>)",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:msgbox(1))",
        "[x](file:///etc/passwd)",
        "[x](https://good.example \"t\\\" onclick=alert(1) \\\"\")",
        "![x](javascript:alert(1))",
        "![x](https://evil.example/spy.png)",
        "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "![<img src=x onerror=alert(1)>](https://evil.example/x)",
        "<javascript:alert(1)>",
        "<https://good.example/\"onmouseover=alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "```\"><script>alert(1)</script>\nx\n```",
        "```js onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
        "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|---:|---|\n| <img src=x onerror=alert(1)> | x |",
        "- [x] <img src=x onerror=alert(1)>",
        "\\(</span><script>alert(1)</script>\\)",
        "$$\n</div><script>alert(1)</script>\n$$",
        "$<img src=x onerror=alert(1)>$",
        "# <svg/onload=alert(1)>",
        "> <script>alert(1)</script>",
        "https://evil.example/\"><script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml version=\"1.0\"?><x onclick=alert(1)>",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Markdown_gives_nothing_but_what_is_listed(string attack)
    {
        SafeHtml.Faults(MarkdownHtml.Render(attack)).ShouldBeEmpty();
        SafeHtml.Faults(MarkdownHtml.Render($"text {attack} text\n\n- {attack}")).ShouldBeEmpty();
        SafeHtml.Faults(MarkdownHtml.Render($"**{attack}** [{attack}](https://x)")).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void The_second_lock_holds_without_the_first(string attack)
    {
        SafeHtml.Faults(HtmlAllowList.Clean(attack)).ShouldBeEmpty();
        SafeHtml.Faults(HtmlAllowList.Clean($"<p>{attack}<p><ul><li>{attack}")).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_cleaned_twice_is_what_was_cleaned_once()
    {
        foreach (var attack in Attacks)
        {
            var once = HtmlAllowList.Clean(attack);
            HtmlAllowList.Clean(once).ShouldBe(once);
        }
    }

    [Fact]
    public void A_picture_of_another_site_becomes_a_link_to_it()
    {
        var html = SafeHtml.Parse(MarkdownHtml.Render("![a cat](https://cats.example/1.png)"));
        html.QuerySelectorAll("img").ShouldBeEmpty();
        var link = html.QuerySelector("a")!;
        link.GetAttribute("href").ShouldBe("https://cats.example/1.png");
        link.TextContent.ShouldBe("a cat");
    }

    [Fact]
    public void A_link_opens_elsewhere_and_tells_nothing()
    {
        var link = SafeHtml
            .Parse(MarkdownHtml.Render("see https://good.example"))
            .QuerySelector("a")!;
        link.GetAttribute("target").ShouldBe("_blank");
        link.GetAttribute("rel").ShouldBe("noopener noreferrer nofollow");
    }

    [Fact]
    public void A_random_soup_of_tags_is_harmless()
    {
        const int seed = 51;
        var random = new Random(seed);
        string[] bits =
        [
            "<",
            ">",
            "</",
            "svg",
            "math",
            "a",
            "img",
            "style",
            "script",
            "p",
            "table",
            " href=",
            " src=",
            "javascript:",
            "\"",
            "'",
            " onerror=",
            "alert(1)",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "`",
            "\n",
            "mtext",
            "mglyph",
            "title",
            "textarea",
            "noscript",
            "select",
            "option",
            "template",
            "form",
            "&lt;",
            "/",
        ];
        for (var i = 0; i < 1_500; i++)
        {
            var soup = string.Concat(random.GetItems(bits, random.Next(2, 40)));
            SafeHtml.Faults(HtmlAllowList.Clean(soup)).ShouldBeEmpty($"seed {seed}: {soup}");
            SafeHtml.Faults(MarkdownHtml.Render(soup)).ShouldBeEmpty($"seed {seed}: {soup}");
        }
    }
}
