using NetRoom.Kernel.Markup;

namespace NetRoom.Tests.Kernel;

public sealed class MarkdownTests
{
    [Fact]
    public void A_fence_is_a_figure_with_its_language_above_it()
    {
        var html = SafeHtml.Parse(MarkdownHtml.Render("```C#\nvar x = a < b;\n```"));
        html.QuerySelector("figure.code > figcaption")!.TextContent.ShouldBe("C#");
        var code = html.QuerySelector("pre > code")!;
        code.ClassName.ShouldBe("language-c#");
        code.TextContent.Trim().ShouldBe("var x = a < b;");
    }

    [Fact]
    public void A_fence_that_is_not_closed_yet_is_already_code()
    {
        var html = SafeHtml.Parse(MarkdownHtml.Render("before\n\n```python\nprint(1)"));
        html.QuerySelector("code.language-python")!.TextContent.Trim().ShouldBe("print(1)");
    }

    [Fact]
    public void A_table_keeps_its_columns_and_sets_numbers_to_the_right()
    {
        var html = SafeHtml.Parse(
            MarkdownHtml.Render("| a | n |\n|---|--:|\n| x | 1 |\n| y | 2 |")
        );
        html.QuerySelectorAll("thead th").Length.ShouldBe(2);
        html.QuerySelectorAll("tbody td.num").Select(cell => cell.TextContent).ShouldBe(["1", "2"]);
    }

    [Fact]
    public void Lists_nest_and_tick()
    {
        var html = SafeHtml.Parse(
            MarkdownHtml.Render("3. one\n   - [x] done\n   - [ ] open\n4. two")
        );
        html.QuerySelector("ol")!.GetAttribute("start").ShouldBe("3");
        html.QuerySelectorAll("ol > li").Length.ShouldBe(2);
        html.QuerySelectorAll("ol ul input[type=checkbox][disabled]").Length.ShouldBe(2);
        html.QuerySelectorAll("input[checked]").Length.ShouldBe(1);
        html.QuerySelectorAll("input:not([aria-label])").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("the value $x^2$ is", "x^2")]
    [InlineData("the value \\(x^2\\) is", "x^2")]
    [InlineData("the value \\[x_1 * x_2\\] is", "x_1 * x_2")]
    [InlineData("$$\nx_1 * y_2 * z\n$$", "x_1 * y_2 * z")]
    public void Math_is_kept_as_it_was_written(string markdown, string formula)
    {
        var math = SafeHtml.Parse(MarkdownHtml.Render(markdown)).QuerySelector(".math")!;
        math.TextContent.ShouldContain(formula);
        math.QuerySelectorAll("em").ShouldBeEmpty();
    }

    [Fact]
    public void A_bracket_that_is_not_math_stays_a_bracket() =>
        SafeHtml
            .Parse(MarkdownHtml.Render("a \\( b and \\[c\\"))
            .TextContent.Trim()
            .ShouldBe("a ( b and [c\\");

    [Theory]
    [InlineData("# one", "h3")]
    [InlineData("### three", "h3")]
    [InlineData("# one\n## two\n### three\n## two", "h3 h4 h5 h4")]
    [InlineData("### three\n###### six\n## two\n#### four", "h3 h4 h3 h4")]
    [InlineData("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", "h3 h4 h5 h6 h6 h6")]
    public void Headings_leave_two_levels_to_the_page_and_none_out(string markdown, string tags)
    {
        Tags(MarkdownHtml.Render(markdown)).ShouldBe(tags);
        var streamed = new StreamedMarkdown();
        streamed.Append(markdown);
        Tags(string.Concat(streamed.Render().Select(block => block.Html))).ShouldBe(tags);
        var late = new StreamedMarkdown();
        late.Append(markdown);
        late.Skip();
        late.Render().ShouldHaveSingleItem().Html.ShouldContain("<" + tags[^2..] + ">");

        static string Tags(string html) =>
            string.Join(' ', SafeHtml.Parse(html).Children.Select(it => it.LocalName));
    }

    [Fact]
    public void A_table_scrolls_in_a_box_that_the_keyboard_reaches() =>
        SafeHtml
            .Parse(MarkdownHtml.Render("| a |\n|---|\n| x |"))
            .QuerySelector("div.wide[tabindex='0'] > table")
            .ShouldNotBeNull();

    [Theory]
    [InlineData("> ")]
    [InlineData("- ")]
    [InlineData("[")]
    [InlineData("*a ")]
    [InlineData("![")]
    [InlineData("\\(")]
    [InlineData("`x` ")]
    [InlineData("| ")]
    public void A_nest_too_deep_to_be_meant_is_shown_as_it_is(string bit)
    {
        var text = string.Concat(Enumerable.Repeat(bit, 2_000)) + "end & <end>";
        var html = MarkdownHtml.Render(text);
        SafeHtml.Faults(html).ShouldBeEmpty();
        SafeHtml.Parse(html).TextContent.ShouldContain("end & <end>");

        var streamed = new StreamedMarkdown();
        streamed.Append(text);
        streamed.Render().ShouldHaveSingleItem().Html.ShouldBe(html);
    }
}
