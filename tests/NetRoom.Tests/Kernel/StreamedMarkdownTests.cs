using System.Text.RegularExpressions;
using NetRoom.Kernel.Markup;

namespace NetRoom.Tests.Kernel;

public sealed partial class StreamedMarkdownTests
{
    [Fact]
    public void A_streamed_document_ends_as_the_same_page_as_the_whole_one()
    {
        for (var seed = 1; seed <= 400; seed++)
            ShouldStream(new RandomMarkdown(seed).Document(), seed);
    }

    [Fact]
    public void Even_a_soup_of_marks_does()
    {
        for (var seed = 1_001; seed <= 1_800; seed++)
            ShouldStream(new RandomMarkdown(seed).Soup(), seed);
    }

    [Theory]
    [InlineData("1. one\n\n", "2", ". two\n\n", "3. three")]
    [InlineData("- one\n\n", "-", " two")]
    [InlineData("text\n", "-", "-", "-\n\nmore")]
    [InlineData("a | b\n", "--|--\n", "1 | 2")]
    [InlineData("text\n\n``", "`js\n", "x\n`", "``\n\nmore")]
    [InlineData("$", "$\nx\n$", "$\n\ny")]
    public void Where_a_line_is_cut_makes_no_difference(params string[] chunks)
    {
        var view = new Reader();
        foreach (var chunk in chunks)
            view.Take(chunk);
        view.Html.ShouldBe(Tidy(MarkdownHtml.Render(string.Concat(chunks))));
    }

    [Fact]
    public void A_reader_who_comes_back_is_given_the_same_numbers()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new RandomMarkdown(seed);
            var chunks = random.Chunks(random.Document()).ToList();
            var stayed = new Reader();
            foreach (var chunk in chunks)
                stayed.Take(chunk, render: random.Sometimes());
            stayed.Take("", render: true);

            var returned = new Reader();
            foreach (var chunk in chunks.Take(chunks.Count / 2))
                returned.Take(chunk, render: false);
            returned.Markdown.Skip();
            foreach (var chunk in chunks.Skip(chunks.Count / 2))
                returned.Take(chunk, render: random.Sometimes());
            returned.Take("", render: true);
            foreach (var (index, html) in returned.Blocks)
                stayed.Blocks[index].ShouldBe(html, $"seed {seed}, block {index}");
        }
    }

    [Fact]
    public void A_finished_block_is_given_once()
    {
        var markdown = new StreamedMarkdown();
        markdown.Append("one\n\ntwo\n\nthr");
        markdown.Render().Select(block => block.Index).ShouldBe([0, 1, 2]);
        markdown.Append("ee\n\nfour\n");
        markdown.Render().Select(block => block.Index).ShouldBe([2, 3]);
        markdown.Append("\nfive\n");
        markdown.Render().Select(block => block.Index).ShouldBe([3, 4]);
    }

    [Fact]
    public void Beginning_anew_forgets_all()
    {
        var markdown = new StreamedMarkdown();
        markdown.Append("one\n\ntwo\n\nthree\n");
        markdown.Render();
        markdown.Clear();
        markdown.Render().ShouldBeEmpty();
        markdown.Append("again");
        var block = markdown.Render().ShouldHaveSingleItem();
        (block.Index, Tidy(block.Html)).ShouldBe((0, "<p>again</p>"));
    }

    private static void ShouldStream(string text, int seed)
    {
        var random = new RandomMarkdown(seed);
        var view = new Reader();
        foreach (var chunk in random.Chunks(text))
            view.Take(chunk, random.Sometimes());
        view.Take("", render: true);
        view.Html.ShouldBe(Tidy(MarkdownHtml.Render(text)), $"seed {seed}:\n{text}");
    }

    private static string Tidy(string html) => BetweenTags().Replace(html, "><").Trim();

    [GeneratedRegex(@">\s+<", RegexOptions.None, 1_000)]
    private static partial Regex BetweenTags();

    /// <summary>Keeps blocks as the page does: the same number again replaces.</summary>
    private sealed class Reader
    {
        public SortedDictionary<int, string> Blocks { get; } = [];

        public StreamedMarkdown Markdown { get; } = new();

        public string Html => Tidy(string.Concat(Blocks.Values));

        public void Take(string chunk, bool render = true)
        {
            Markdown.Append(chunk);
            if (!render)
                return;
            foreach (var block in Markdown.Render())
                Blocks[block.Index] = block.Html;
        }
    }
}
